package io.waybill.http.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Waits for a renewal, as OkHttp's threads wait for the network. */
final class Waiting {
  private Waiting() {}

  /**
   * Returns whether {@code renewal} came to true; a failure is none.
   *
   * @param response is closed if the thread is interrupted; may be null
   */
  static boolean isTrue(CompletableFuture<Boolean> renewal, @Nullable Response response)
      throws IOException {
    try {
      return renewal.handle((value, failure) -> Boolean.TRUE.equals(value)).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      if (response != null) {
        response.close();
      }
      throw new InterruptedIOException("interrupted while a credential was renewed");
    } catch (ExecutionException never) {
      throw new IllegalStateException(never); // What it waits for is handled.
    }
  }
}
