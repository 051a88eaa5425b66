package io.waybill.opentelemetry.agent;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClientRequest;

/**
 * The hops of Reactor Netty's client: one handler makes them all, for one subscription. The agent
 * keeps the Context of whoever subscribed first to a publisher, which may be another request's.
 */
public final class ReactorNettyHop {
  private static final HopMemory<Object, ReactorNettyHop> CALLS = new HopMemory<>();

  private final HopCaller caller;
  // What the hop before got, which the application may copy.
  private volatile @Nullable HttpHeaders before;
  private volatile Map<String, String> released = Map.of();

  private ReactorNettyHop(HopCaller caller) {
    this.caller = caller;
  }

  /** Keeps who makes {@code handler}, which is the subscriber. */
  public static void keep(Object handler) {
    CALLS.put(handler, new ReactorNettyHop(HopCaller.current()));
  }

  /** Writes what is released to where {@code handler} sends {@code request}. */
  public static void decide(Object handler, HttpClientRequest request) {
    try {
      ReactorNettyHop call = CALLS.get(handler);
      if (call != null) {
        call.decide(request.requestHeaders(), request.resourceUrl());
      }
    } catch (Throwable failed) {
      Hop.failed(failed);
    }
  }

  private void decide(HttpHeaders headers, @Nullable String url) {
    HttpHeaders last = before;
    if (last != null) {
      released.keySet().forEach(last::remove);
      released.keySet().forEach(headers::remove);
    }
    released = Map.of();
    released = caller.released(url);
    released.forEach(headers::set);
    before = headers;
  }
}
