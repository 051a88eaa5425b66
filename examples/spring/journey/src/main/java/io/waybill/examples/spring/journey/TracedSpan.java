package io.waybill.examples.spring.journey;

import java.util.Map;

/**
 * A span as it was exported.
 *
 * @param parent the id of the span above, or empty
 * @param kind {@code SERVER}, {@code CLIENT}, {@code INTERNAL}
 * @param attributes those that are texts
 * @param scope who made it
 */
record TracedSpan(
    String service,
    String trace,
    String id,
    String parent,
    String name,
    String kind,
    long startNanos,
    long endNanos,
    Map<String, String> attributes,
    String scope) {

  boolean isServer() {
    return kind.equals("SERVER");
  }

  boolean isClient() {
    return kind.equals("CLIENT");
  }

  double millis() {
    return (endNanos - startNanos) / 1e6;
  }
}
