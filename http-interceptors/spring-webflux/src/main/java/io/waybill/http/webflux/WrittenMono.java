package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * What writes a request, with a Context current when it is done, on whatever thread: a connector
 * whose client takes a whole request sends then.
 */
final class WrittenMono extends Mono<Void> {
  private final Mono<Void> source;
  private final Context below;

  WrittenMono(Mono<Void> source, Context below) {
    this.source = source;
    this.below = RequestScope.restoring(below);
  }

  @Override
  public void subscribe(CoreSubscriber<? super Void> connector) {
    source.subscribe(new Written(connector, below));
  }

  private record Written(CoreSubscriber<? super Void> connector, Context below)
      implements CoreSubscriber<Void> {

    @Override
    public reactor.util.context.Context currentContext() {
      return connector.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      connector.onSubscribe(subscription);
    }

    @Override
    public void onNext(Void never) {}

    @Override
    public void onError(Throwable failure) {
      connector.onError(failure);
    }

    @Override
    public void onComplete() {
      try (Scope ignored = below.makeCurrent()) {
        connector.onComplete();
      }
    }
  }
}
