package io.waybill.examples.conformance;

import io.waybill.sdk.policy.Destination;

/** Where the service and its recording servers listen: on this machine only. */
final class Loopback {
  static final String HOST = "127.0.0.1";

  /** More than a suite sends, so that Waybill's own limits are seen and not those of a server. */
  static final int MOST_HEADER_BYTES = 65_535;

  /** One for each request that waits for its own call. */
  static final int MOST_THREADS = 4096;

  /** As many connections as may wait to be accepted. */
  static final int BACKLOG = 1024;

  private Loopback() {}

  /** Returns {@code host:port}. */
  static String at(int port) {
    return HOST + ":" + port;
  }

  static String http(int port) {
    return "http://" + at(port) + "/";
  }

  static Destination grpc(int port) {
    return new Destination("grpc", HOST, port);
  }
}
