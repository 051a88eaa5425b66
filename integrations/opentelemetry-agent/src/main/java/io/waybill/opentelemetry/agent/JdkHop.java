package io.waybill.opentelemetry.agent;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.Map;

/** The hops of the JDK's client: each of them is a request object of its own. */
public final class JdkHop {
  private static final HopMemory<HttpRequest, HopCaller> CALLERS = new HopMemory<>();

  private JdkHop() {}

  /** Keeps who makes the call that {@code request} is made for. */
  public static void keep(HttpRequest request) {
    CALLERS.put(request, HopCaller.current());
  }

  /** Has {@code next} belong to the call of {@code before}. */
  public static void handOn(HttpRequest before, HttpRequest next) {
    HopCaller caller = CALLERS.get(before);
    if (caller != null) {
      CALLERS.put(next, caller);
    }
  }

  /** Returns {@code headers} with what is released to where {@code request} goes. */
  public static HttpHeaders decide(HttpRequest request, HttpHeaders headers) {
    try {
      return decided(request, headers);
    } catch (Throwable failed) {
      Hop.failed(failed);
      return headers;
    }
  }

  private static HttpHeaders decided(HttpRequest request, HttpHeaders headers) {
    HopCaller caller = CALLERS.get(request);
    Map<String, String> released = caller == null ? Map.of() : caller.released(request.uri());
    if (released.isEmpty()) {
      return headers;
    }
    // It copies what it is given, so a view is enough.
    return HttpHeaders.of(new JdkHopHeaders(headers.map(), released), (name, value) -> true);
  }
}
