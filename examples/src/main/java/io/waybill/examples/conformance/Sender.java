package io.waybill.examples.conformance;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/1.1.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
interface Sender extends AutoCloseable {
  /** How long an answer is waited for. */
  Duration PATIENCE = Duration.ofSeconds(30);

  /** As many connections to one server as requests wait for it. */
  int MOST_CONNECTIONS = 4096;

  /** What is posted, as suites expect it to the letter. */
  String JSON = "application/json";

  /**
   * Sends a request, waits, and returns the body of the answer, whatever its status.
   *
   * @param json is posted; null for a GET
   * @throws IOException if there is no answer
   */
  String send(URI uri, byte @Nullable [] json) throws IOException, InterruptedException;

  /** Frees its connections. */
  @Override
  void close();
}
