package io.waybill.examples.conformance;

/** An HTTP server on loopback. */
interface WebServer extends AutoCloseable {
  /** Returns where it listens. */
  int port();

  /** Stops it. */
  @Override
  void close();
}
