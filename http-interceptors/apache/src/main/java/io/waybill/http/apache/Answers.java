package io.waybill.http.apache;

import io.waybill.http.HttpRenewal;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/** What is waited for, and read, on the thread of the caller. */
final class Answers {
  private static final int MOST_BYTES = 64 * 1024;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Answers() {}

  /**
   * Returns what {@code renewal} came to; false where it fails.
   *
   * @throws IOException if the caller is interrupted, or cancels the request
   */
  static boolean await(CompletableFuture<Boolean> renewal, ExecRuntime runtime) throws IOException {
    return HttpRenewal.await(
        renewal,
        () -> runtime.isExecutionAborted() ? new RequestFailedException("Request aborted") : null);
  }

  /** Frees the connection of an answer that nobody wants; keeps it open if that costs little. */
  static void drop(ClassicHttpResponse response) throws IOException {
    try (response) {
      HttpEntity entity = response.getEntity();
      InputStream body = entity == null ? null : entity.getContent();
      if (body == null) {
        return;
      }
      byte[] unused = new byte[4096];
      long start = System.nanoTime();
      int read = 0;
      for (int n = 0; n >= 0; n = body.read(unused)) {
        read += n;
        if (read > MOST_BYTES || System.nanoTime() - start > MOST_NANOS) {
          return; // The stream is left open: to close it would read the rest.
        }
      }
      body.close();
    } catch (IOException broken) {
      // The next attempt finds another connection.
    }
  }
}
