package io.waybill.examples.clients;

/** Gets a page by some client. */
interface Caller extends AutoCloseable {
  /** Returns the text of the answer. */
  String get(String url) throws Exception;

  @Override
  default void close() {}
}
