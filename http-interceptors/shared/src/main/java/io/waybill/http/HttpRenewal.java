package io.waybill.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a client that blocks its caller waits for a credential to be renewed. */
public final class HttpRenewal {
  private static final long LOOK_MILLIS = 20;

  private HttpRenewal() {}

  /**
   * Waits, and returns what {@code renewal} came to; false where it fails.
   *
   * @param cancelled what to throw once the caller has cancelled the call, else null; it is asked
   *     now and then, since libraries tell nobody
   * @throws InterruptedIOException if the thread is interrupted, which it remains
   */
  public static boolean await(
      CompletableFuture<Boolean> renewal, Supplier<@Nullable IOException> cancelled)
      throws IOException {
    CompletableFuture<Boolean> outcome =
        renewal.handle((renewed, failure) -> Boolean.TRUE.equals(renewed));
    while (true) {
      try {
        return outcome.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        IOException stop = cancelled.get();
        if (stop != null) {
          throw stop;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a credential was renewed");
      } catch (ExecutionException never) {
        throw new IllegalStateException(never); // What it waits for is handled.
      }
    }
  }
}
