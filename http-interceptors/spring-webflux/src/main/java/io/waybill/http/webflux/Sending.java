package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What is current while a request is sent, and that it no longer is when the answer comes. */
final class Sending {
  private final Context outside = Context.current();
  private volatile @Nullable Thread subscribing = Thread.currentThread();

  private Sending() {}

  /**
   * Returns {@code source} with a Context current while it is subscribed to: connectors and their
   * instrumentation send then. A signal is in no request that is current below; one that comes
   * meanwhile is in what was current for the subscriber.
   */
  static <T> Mono<T> of(Mono<T> source, Context below) {
    return Mono.create(
        sink -> {
          Sending sending = new Sending();
          try (Scope ignored = below.makeCurrent()) {
            sink.onDispose(
                source.subscribe(
                    value -> sending.tell(() -> sink.success(value)),
                    failure -> sending.tell(() -> sink.error(failure)),
                    () -> sending.tell(sink::success),
                    reactor.util.context.Context.of(sink.contextView())));
          } finally {
            sending.subscribing = null;
          }
        });
  }

  private void tell(Runnable signal) {
    boolean isMeanwhile = subscribing == Thread.currentThread();
    if (isMeanwhile || RequestScope.currentOrNull() != null) {
      try (Scope ignored = (isMeanwhile ? outside : Context.root()).makeCurrent()) {
        signal.run();
      }
    } else {
      signal.run();
    }
  }

  /**
   * Returns what writes a request, with the Context of its subscriber current when it is done, on
   * whatever thread: a connector whose client takes a whole request sends then.
   */
  static Mono<Void> written(Mono<Void> write) {
    return Mono.create(
        sink -> {
          Context below = RequestScope.restoring(WaybillWebFlux.contextOf(sink.contextView()));
          sink.onDispose(
              write.subscribe(
                  never -> {},
                  sink::error,
                  () -> {
                    try (Scope ignored = below.makeCurrent()) {
                      sink.success();
                    }
                  },
                  reactor.util.context.Context.of(sink.contextView())));
        });
  }
}
