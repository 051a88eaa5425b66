package io.waybill.examples.conformance;

import io.waybill.sdk.Waybill;

/** What calls by HTTP, by the adapter for it. */
enum ClientKind {
  JDK,
  OKHTTP,
  APACHE,
  APACHE_ASYNC,
  WEBCLIENT;

  /** Returns a client that carries the caller's request. */
  Sender create(Waybill waybill) {
    return switch (this) {
      case JDK -> new JdkSender(waybill);
      case OKHTTP -> new OkHttpSender(waybill);
      case APACHE -> new ApacheSender(waybill);
      case APACHE_ASYNC -> new ApacheAsyncSender(waybill);
      case WEBCLIENT -> new WebClientSender(waybill);
    };
  }
}
