package io.waybill.examples.conformance;

import io.waybill.sdk.Waybill;
import java.util.function.Function;

/** What calls by HTTP, by the adapter for it. */
enum ClientKind {
  JDK(JdkSender::new),
  OKHTTP(OkHttpSender::new),
  APACHE(ApacheSender::new),
  APACHE_ASYNC(ApacheAsyncSender::new);

  private final Function<Waybill, Sender> maker;

  ClientKind(Function<Waybill, Sender> maker) {
    this.maker = maker;
  }

  /** Returns a client that carries the caller's request. */
  Sender create(Waybill waybill) {
    return maker.apply(waybill);
  }
}
