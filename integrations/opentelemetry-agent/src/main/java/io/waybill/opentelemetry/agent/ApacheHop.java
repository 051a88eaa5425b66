package io.waybill.opentelemetry.agent;

import java.util.Map;
import java.util.Set;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;

/** The hops of Apache's clients: each is a request object, and a scope that knows its route. */
public final class ApacheHop {
  // A call of the asynchronous client is known by its future.
  private static final HopMemory<CancellableDependency, HopCaller> CALLERS = new HopMemory<>();
  private static final HopMemory<HttpRequest, Set<String>> WRITTEN = new HopMemory<>();

  private ApacheHop() {}

  /** Writes what is released to where {@code scope} leads; the caller waits on this thread. */
  public static void decide(HttpRequest request, ExecChain.Scope scope) {
    try {
      decide(request, scope.route.getTargetHost(), HopCaller.current());
    } catch (Throwable failed) {
      Hop.failed(failed);
    }
  }

  /** Writes what is released to where {@code scope} leads; its caller was there for the first. */
  public static void decide(HttpRequest request, AsyncExecChain.Scope scope) {
    try {
      HopCaller caller = CALLERS.get(scope.cancellableDependency);
      if (caller == null) {
        caller = HopCaller.current();
        CALLERS.put(scope.cancellableDependency, caller);
      }
      decide(request, scope.route.getTargetHost(), caller);
    } catch (Throwable failed) {
      Hop.failed(failed);
    }
  }

  private static void decide(HttpRequest request, HttpHost target, HopCaller caller) {
    Set<String> written = WRITTEN.remove(request);
    if (written != null) { // by a handler that sends one request to several
      written.forEach(request::removeHeaders);
    }
    Map<String, String> released = caller.released(target.toURI());
    if (!released.isEmpty()) {
      WRITTEN.put(request, released.keySet());
      released.forEach(request::setHeader);
    }
  }
}
