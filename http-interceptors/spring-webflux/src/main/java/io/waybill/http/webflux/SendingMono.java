package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * What sends a request, with a Context current while it is subscribed to, and no longer: connectors
 * and their instrumentation send then. A signal is in no request that was current below: one that
 * comes meanwhile is in what was current for the subscriber.
 */
final class SendingMono<T> extends Mono<T> {
  private final Mono<T> source;
  private final Context below;

  SendingMono(Mono<T> source, Context below) {
    this.source = source;
    this.below = below;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> users) {
    Above<T> above = new Above<>(users, Context.current());
    try (Scope ignored = below.makeCurrent()) {
      source.subscribe(above);
    } finally {
      above.subscribing = null;
    }
  }

  private static final class Above<T> implements CoreSubscriber<T> {
    private final CoreSubscriber<? super T> users;
    private final Context outside;
    private volatile @Nullable Thread subscribing = Thread.currentThread();

    Above(CoreSubscriber<? super T> users, Context outside) {
      this.users = users;
      this.outside = outside;
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

    @Override
    public reactor.util.context.Context currentContext() {
      return users.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      // Requests at once, which is what sends.
      users.onSubscribe(subscription);
    }

    @Override
    public void onNext(T value) {
      tell(() -> users.onNext(value));
    }

    @Override
    public void onError(Throwable failure) {
      tell(() -> users.onError(failure));
    }

    @Override
    public void onComplete() {
      tell(users::onComplete);
    }
  }
}
