package io.waybill.examples.demo;

/** A running server of the shop, with its own SDK and its own Waybill. */
interface Service extends AutoCloseable {
  /** Stops it. */
  @Override
  void close();
}
