package io.waybill.http.apache;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/** What is waited for, and read, on the thread of the caller. */
final class Answers {
  private static final long LOOK_MILLIS = 20;
  private static final int MOST_BYTES = 64 * 1024;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Answers() {}

  /**
   * Returns what {@code answer} says; false where it fails.
   *
   * @throws IOException if the caller is interrupted, or cancels the request
   */
  static boolean await(CompletableFuture<Boolean> answer, ExecRuntime runtime) throws IOException {
    CompletableFuture<Boolean> never =
        answer.handle((yes, failure) -> failure == null && Boolean.TRUE.equals(yes));
    while (true) {
      try {
        return never.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        // Nobody tells: a dependency of the request would be that of its connection.
        if (runtime.isExecutionAborted()) {
          throw new RequestFailedException("Request aborted");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      } catch (ExecutionException impossible) {
        throw new IllegalStateException(impossible); // What it waits for is handled.
      }
    }
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
