package io.waybill.http.jdk;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a rejection while nobody knows yet whether the call is sent again: then it is thrown
 * away, and else it is the user's. Nothing of it is asked for in between.
 */
final class UndecidedBody<T> implements BodySubscriber<T> {
  private final CompletableFuture<Boolean> again;
  private final Supplier<BodySubscriber<T>> users;
  private final CompletableFuture<T> body = new CompletableFuture<>();
  // Set before anything is asked for.
  private volatile @Nullable BodySubscriber<T> chosen;
  private volatile @Nullable Throwable brokenOff;
  // An end may come before the decision, and waits for it.
  private final CompletableFuture<BodySubscriber<T>> subscribed = new CompletableFuture<>();

  UndecidedBody(CompletableFuture<Boolean> again, Supplier<BodySubscriber<T>> users) {
    this.again = again;
    this.users = users;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    var unused = again.whenComplete((repeats, failure) -> decide(repeats, subscription));
  }

  private void decide(@Nullable Boolean repeats, Flow.Subscription subscription) {
    try {
      BodySubscriber<T> next =
          Boolean.TRUE.equals(repeats) ? new DroppedBody<>() : usersOrFailure();
      var unused =
          next.getBody()
              .whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      body.complete(value);
                    } else {
                      body.completeExceptionally(failure);
                    }
                  });
      chosen = next;
      next.onSubscribe(subscription);
      subscribed.complete(next);
    } catch (Throwable usersCodeFailed) {
      body.completeExceptionally(usersCodeFailed);
      subscription.cancel();
    }
  }

  /** Where the answer has broken off nobody is to be told of its status. */
  private BodySubscriber<T> usersOrFailure() throws Throwable {
    Throwable failure = brokenOff;
    if (failure != null) {
      throw failure;
    }
    return users.get();
  }

  @Override
  public void onNext(List<ByteBuffer> items) {
    BodySubscriber<T> next = chosen;
    if (next != null) {
      next.onNext(items);
    }
  }

  @Override
  public void onError(Throwable failure) {
    brokenOff = failure;
    var unused = subscribed.thenAccept(next -> next.onError(failure));
  }

  @Override
  public void onComplete() {
    var unused = subscribed.thenAccept(BodySubscriber::onComplete);
  }
}
