package io.waybill.http.jdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.concurrent.ContextFuture;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** Runs what the user gave in the caller's Context; the threads of the JDK's client hold none. */
record UserCode(Context caller) {

  BodyPublisher publisher(BodyPublisher users) {
    return new Publisher(caller, users);
  }

  <T> BodyHandler<T> handler(BodyHandler<T> users) {
    return response -> {
      try (Scope ignored = caller.makeCurrent()) {
        return new Subscriber<>(caller, users.apply(response));
      }
    };
  }

  /**
   * Returns {@code users} for the pushes of one hop.
   *
   * @param initiating the request of the hop as the user knows it
   */
  <T> PushPromiseHandler<T> pushes(PushPromiseHandler<T> users, HttpRequest initiating) {
    return (sent, promised, acceptor) -> {
      try (Scope ignored = caller.makeCurrent()) {
        users.applyPushPromise(initiating, promised, accepting(acceptor));
      }
    };
  }

  private <T> Function<BodyHandler<T>, CompletableFuture<HttpResponse<T>>> accepting(
      Function<BodyHandler<T>, CompletableFuture<HttpResponse<T>>> acceptor) {
    return users -> {
      return ContextFuture.cancelling(acceptor.apply(handler(users)));
    };
  }

  private record Publisher(Context caller, BodyPublisher users) implements BodyPublisher {
    @Override
    public long contentLength() {
      try (Scope ignored = caller.makeCurrent()) {
        return users.contentLength();
      }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      try (Scope ignored = caller.makeCurrent()) {
        users.subscribe(new Demand(caller, subscriber));
      }
    }
  }

  /** The JDK's subscriber, which asks the user's publisher for more in the caller's Context. */
  private record Demand(Context caller, Flow.Subscriber<? super ByteBuffer> jdks)
      implements Flow.Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Flow.Subscription users) {
      jdks.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              try (Scope ignored = caller.makeCurrent()) {
                users.request(n);
              }
            }

            @Override
            public void cancel() {
              try (Scope ignored = caller.makeCurrent()) {
                users.cancel();
              }
            }
          });
    }

    @Override
    public void onNext(ByteBuffer item) {
      jdks.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
      jdks.onError(failure);
    }

    @Override
    public void onComplete() {
      jdks.onComplete();
    }
  }

  private record Subscriber<T>(Context caller, BodySubscriber<T> users)
      implements BodySubscriber<T> {
    @Override
    public CompletionStage<T> getBody() {
      try (Scope ignored = caller.makeCurrent()) {
        return users.getBody();
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      try (Scope ignored = caller.makeCurrent()) {
        users.onSubscribe(subscription);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> items) {
      try (Scope ignored = caller.makeCurrent()) {
        users.onNext(items);
      }
    }

    @Override
    public void onError(Throwable failure) {
      try (Scope ignored = caller.makeCurrent()) {
        users.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      try (Scope ignored = caller.makeCurrent()) {
        users.onComplete();
      }
    }
  }
}
