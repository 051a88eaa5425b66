package io.waybill.http.apache;

import io.waybill.http.HttpAttempt;
import java.util.concurrent.CancellationException;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.jspecify.annotations.Nullable;

/**
 * What an asynchronous execution hands on to each of its hops: so they know their call, and an
 * attempt ends when it is cancelled.
 *
 * @param users what the user cancels
 * @param attempt the one that runs; null around all of them
 */
record CallDependency(CancellableDependency users, ApacheCall call, @Nullable HttpAttempt attempt)
    implements CancellableDependency {

  @Override
  public void setDependency(Cancellable dependency) {
    users.setDependency(
        () -> {
          endIfCancelled();
          return dependency.cancel();
        });
  }

  /** What is set too late is cancelled too, where the call was answered before. */
  private void endIfCancelled() {
    if (attempt != null && users.isCancelled()) {
      attempt.failed(new CancellationException());
    }
  }

  @Override
  public boolean isCancelled() {
    return users.isCancelled();
  }

  @Override
  public boolean cancel() {
    return users.cancel();
  }
}
