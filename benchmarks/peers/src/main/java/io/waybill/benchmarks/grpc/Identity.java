package io.waybill.benchmarks.grpc;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;

/** Who the caller is, the same for all who carry it: four members, as the service upstream set. */
public final class Identity {
  /** The header, as Waybill sends it. */
  public static final String BAGGAGE =
      "request.id=0af7651916cd43dd8448eb211c80319c,user.id=u-1042,tenant.id=acme,plan=gold";

  static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  static final String SPAN_ID = "b7ad6b7169203331";

  /** The header that goes with {@link #SPAN}. */
  public static final String TRACEPARENT = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";

  /** The span in which calls are made. */
  static final Span SPAN =
      Span.wrap(
          SpanContext.create(TRACE_ID, SPAN_ID, TraceFlags.getSampled(), TraceState.getDefault()));

  private Identity() {}

  /** Returns a Context that holds all as plain OpenTelemetry code holds it. */
  public static Context plain() {
    Baggage baggage =
        Baggage.builder()
            .put("request.id", TRACE_ID)
            .put("user.id", "u-1042")
            .put("tenant.id", "acme")
            .put("plan", "gold")
            .build();
    return Context.root().with(SPAN).with(baggage);
  }
}
