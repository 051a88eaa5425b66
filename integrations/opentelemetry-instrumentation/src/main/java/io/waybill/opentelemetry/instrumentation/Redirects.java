package io.waybill.opentelemetry.instrumentation;

import java.util.Set;

/**
 * Whose instrumentation stands below the redirects of its client, so that each hop is a call of its
 * own. The others take the headers of the first hop along to the next, whoever that is.
 */
final class Redirects {
  private static final Set<String> PER_HOP =
      Set.of(
          "io.opentelemetry.apache-httpclient-5.2",
          "io.opentelemetry.grpc-1.6",
          "io.opentelemetry.okhttp-3.0");

  private Redirects() {}

  /**
   * Returns whether each hop of a redirect is announced.
   *
   * @param instrumentation its name, as {@code io.opentelemetry.okhttp-3.0}
   */
  static boolean areDecided(String instrumentation) {
    return PER_HOP.contains(instrumentation);
  }
}
