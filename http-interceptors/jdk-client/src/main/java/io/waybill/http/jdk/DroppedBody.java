package io.waybill.http.jdk;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that nobody sees, since the call is made again. It is read, so that the
 * connection can be used once more, but neither far nor for long, and it can't fail the call.
 */
final class DroppedBody<T> implements BodySubscriber<T> {
  private static final int MOST_BYTES = 65_536;
  private static final long MOST_SECONDS = 1;

  private final CompletableFuture<@Nullable T> body = new CompletableFuture<>();
  private int read;
  // Then the connection is somebody else's, and must not be cancelled.
  private volatile boolean ended;

  @Override
  @SuppressWarnings("NullAway") // nobody sees it
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription answer) {
    var unused =
        body.completeOnTimeout(null, MOST_SECONDS, TimeUnit.SECONDS)
            .whenComplete((none, failure) -> breakOff(answer));
    answer.request(Long.MAX_VALUE);
  }

  private void breakOff(Flow.Subscription answer) {
    if (!ended) {
      answer.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> items) {
    for (ByteBuffer item : items) {
      read += item.remaining();
    }
    if (read > MOST_BYTES) {
      body.complete(null);
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended = true;
    body.complete(null);
  }

  @Override
  public void onComplete() {
    ended = true;
    body.complete(null);
  }
}
