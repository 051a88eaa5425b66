package io.waybill.opentelemetry.spans;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two spans for one call, since another instrumentation is inside of ours: said once. */
class NestedTracingTest {
  private final List<String> warnings = new ArrayList<>();
  private final Logger logger = Logger.getLogger("io.waybill");
  private final Handler handler = new Kept();
  private final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder().addSpanProcessor(WaybillSpanProcessor.create()).build())
          .build();
  private final Waybill waybill = Waybill.builder(openTelemetry).build();

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void close() {
    logger.removeHandler(handler);
    openTelemetry.close();
  }

  @Test
  void server_spanInside_warnsOnceForEachAdapter() {
    for (int i = 0; i < 3; i++) {
      serve(waybill, "http.request.method", SpanKind.SERVER);
      serve(waybill, "rpc.system.name", SpanKind.SERVER);
    }

    assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("SpanMode.NEVER"));
    assertThat(warnings).anyMatch(warning -> warning.contains("gRPC server adapter"));
    assertThat(warnings).anyMatch(warning -> warning.contains("HTTP server adapter"));
  }

  @Test
  void client_spanInside_warnsOnce() {
    for (int i = 0; i < 3; i++) {
      OutgoingCall call = waybill.send(Context.root(), null);
      call.start(Map.of(), new None(), "GET", span -> {});
      startBelow(call.context(), SpanKind.CLIENT);
      call.end();
    }

    assertThat(warnings).singleElement().asString().contains("other", "HTTP client adapter");
  }

  /** The span is theirs, and so is the call. */
  @Test
  void handlerThatThrows_costsNoSpan() {
    Handler throwing = new Throwing();
    logger.addHandler(throwing);
    try {
      serve(waybill, "rpc.system.name", SpanKind.SERVER);
    } finally {
      logger.removeHandler(throwing);
    }

    assertThat(warnings).hasSize(1);
  }

  @Test
  void otherKinds_andSpansOutside_areFine() {
    serve(waybill, "rpc.system.name", SpanKind.CLIENT);
    serve(waybill, "rpc.system.name", SpanKind.INTERNAL);
    serve(waybill.withSpans(SpanMode.NEVER), "rpc.system.name", SpanKind.SERVER);
    Span outside = start(Context.root(), SpanKind.SERVER);
    try (Scope ignored = outside.makeCurrent()) {
      serve(waybill, "rpc.system.name", SpanKind.INTERNAL);
    }
    outside.end();

    assertThat(warnings).isEmpty();
  }

  private void serve(Waybill serving, String attribute, SpanKind inside) {
    IncomingCall call =
        serving.receive(
            Map.of(),
            new None(),
            Peer.unverified(null, null),
            "served",
            span -> span.setAttribute(attribute, "any"));
    startBelow(call.context(), inside);
    call.end();
  }

  private void startBelow(Context parent, SpanKind kind) {
    start(parent, kind).end();
  }

  private Span start(Context parent, SpanKind kind) {
    return openTelemetry
        .getTracer("other")
        .spanBuilder("theirs")
        .setParent(parent)
        .setSpanKind(kind)
        .startSpan();
  }

  private static final class Throwing extends Handler {
    @Override
    public void publish(LogRecord record) {
      throw new NoClassDefFoundError("whatever");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final class Kept extends Handler {
    @Override
    public void publish(LogRecord record) {
      warnings.add(MessageFormat.format(record.getMessage(), record.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** A carrier that holds nothing. */
  private static final class None implements TextMapGetter<Map<String, String>> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Map<String, String> carrier) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String name) {
      return null;
    }

    @Override
    public Iterator<String> getAll(@Nullable Map<String, String> carrier, String name) {
      return Collections.emptyIterator();
    }
  }
}
