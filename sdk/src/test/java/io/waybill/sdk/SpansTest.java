package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.USER;
import static io.waybill.sdk.Fixture.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.waybill.BaggageField;
import io.waybill.sdk.telemetry.Outcome;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpansTest {
  private static final AttributeKey<String> USER_ID = AttributeKey.stringKey("user.id");
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01";

  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();

  @Test
  void server_spanBelowTheCallersWithFieldsAtStart() {
    receive(waybill, PARENT, "baggage: user.id=u-1").end();

    SpanData span = fixture.finishedSpans().get(0);
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getAttributes().get(USER_ID)).isEqualTo("u-1");
  }

  @Test
  void server_fieldThatBecomesKnownLater() {
    ServerRequest request = receive(waybill);
    request.scope().identify(USER, "u-1");
    request.end();

    assertThat(fixture.finishedSpans().get(0).getAttributes().get(USER_ID)).isEqualTo("u-1");
  }

  @Test
  void server_endsOnce() {
    ServerRequest request = receive(waybill);

    assertThat(request.end()).isTrue();
    assertThat(request.end()).isFalse();
    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  @Test
  void server_autoStartsNoneWhereAnotherInstrumentationDid() {
    OpenTelemetrySdk telemetry = fixture.telemetry();
    Waybill service = fixture.service(telemetry).build();
    Span other = telemetry.getTracer("other").spanBuilder("other").startSpan();
    try (Scope ignored = other.makeCurrent()) {
      ServerRequest request = receive(service, PARENT, "baggage: user.id=u-1");
      assertThat(Span.fromContext(request.context())).isSameAs(other);
      request.scope().identify(Fixture.TENANT, "t-1");
      request.end();
    }
    other.end();

    SpanData span = fixture.finishedSpans().get(0);
    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(span.getAttributes().get(USER_ID)).isEqualTo("u-1");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("tenant.id"))).isEqualTo("t-1");
  }

  @Test
  void server_autoStartsOneBelowACallInProcess() {
    OpenTelemetrySdk telemetry = fixture.telemetry();
    Waybill service = fixture.service(telemetry).build();
    Span caller = telemetry.getTracer("caller").spanBuilder("call").startSpan();
    try (Scope ignored = caller.makeCurrent()) {
      String id = caller.getSpanContext().getSpanId();
      String trace = caller.getSpanContext().getTraceId();
      receive(service, "traceparent: 00-" + trace + "-" + id + "-01").end();
    }
    caller.end();

    assertThat(fixture.finishedSpans())
        .extracting(SpanData::getKind)
        .containsExactly(SpanKind.SERVER, SpanKind.INTERNAL);
  }

  @Test
  void server_neverStillPropagates() {
    Waybill service = fixture.service(fixture.telemetry()).spans(SpanMode.NEVER).build();
    ServerRequest request = receive(service, PARENT);

    assertThat(Span.fromContext(request.context()).getSpanContext().getTraceId()).isEqualTo(TRACE);
    request.end();
    assertThat(fixture.finishedSpans()).isEmpty();
  }

  @Test
  void server_twoTraceparentLinesCountAsNone() {
    receive(waybill, PARENT, "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01").end();

    SpanData span = fixture.finishedSpans().get(0);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getTraceId()).isNotEqualTo(TRACE);
  }

  @Test
  void server_tracestateLinesAreCombinedInOrder() {
    receive(waybill, PARENT, "tracestate: a=1", "tracestate: b=2,c=3").end();

    assertThat(fixture.finishedSpans().get(0).getSpanContext().getTraceState().asMap())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "2"), Map.entry("c", "3"));
  }

  @Test
  void client_spanAndItsContext() {
    ServerRequest request = receive(waybill, PARENT, "baggage: user.id=u-1");
    ClientRequest call = waybill.send(request.context(), OWN);
    call.start("GET", span -> span.setAttribute("k", "v"));
    Map<String, String> headers = inject(call);
    call.end();
    call.end();
    request.end();

    SpanData span = fixture.finishedSpans().get(0);
    assertThat(fixture.finishedSpans()).hasSize(2);
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getParentSpanId()).isEqualTo(fixture.finishedSpans().get(1).getSpanId());
    assertThat(span.getAttributes().get(USER_ID)).isEqualTo("u-1");
    assertThat(headers.get("traceparent")).contains(TRACE, span.getSpanId());
  }

  @Test
  void client_interceptorInstalledTwiceStartsOneSpan() {
    ClientRequest outer = waybill.send(Context.root(), OWN);
    outer.start("GET", span -> {});
    ClientRequest inner = waybill.send(outer.context(), OWN);
    inner.start("GET", span -> {});
    Map<String, String> headers = inject(inner);
    inner.end();
    outer.end();

    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(headers.get("traceparent")).contains(fixture.finishedSpans().get(0).getSpanId());
  }

  @Test
  void client_tracestateToOwnOnly() {
    ServerRequest request = receive(waybill, PARENT, "tracestate: vendor=1");

    assertThat(inject(waybill.send(request.context(), OWN))).containsKey("tracestate");
    assertThat(inject(waybill.send(request.context(), PARTNER)))
        .containsKey("traceparent")
        .doesNotContainKey("tracestate");
    request.end();
  }

  @Test
  void samplerOrPropagatorThatThrows() {
    OpenTelemetrySdk broken =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().setSampler(new ThrowingSampler()).build())
            .setMeterProvider(fixture.telemetry().getSdkMeterProvider())
            .setPropagators(ContextPropagators.create(new ThrowingPropagator()))
            .build();
    Waybill service = fixture.service(broken).mirrorIdentity(MirrorMode.ALWAYS).build();
    ServerRequest request = receive(service, "baggage: user.id=u-1");
    ClientRequest call = service.send(request.context(), OWN);
    call.start("GET", span -> {});

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(inject(call).get("baggage")).contains("user.id=u-1");
    call.end();
    request.end();
  }

  @Test
  void processorThatThrowsAtTheEnd() {
    OpenTelemetrySdk broken =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(new ThrowingProcessor()).build())
            .setMeterProvider(fixture.telemetry().getSdkMeterProvider())
            .build();
    Waybill service = fixture.service(broken).build();
    ServerRequest request = receive(service);
    ClientRequest call = service.send(request.context(), OWN);
    call.start("GET", span -> {});

    assertThat(call.end()).isTrue();
    assertThat(request.end()).isTrue();
    assertThat(request.isEnded()).isTrue();
  }

  @Test
  void request_inCode() {
    waybill.request().with(USER, "batch").run(() -> {});

    assertThat(fixture.finishedSpans()).isEmpty();
    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).isZero();
  }

  @Test
  void requestIds_differ() {
    ServerRequest first = receive(waybill);
    ServerRequest second = receive(waybill);

    assertThat(first.scope().get(BaggageField.REQUEST_ID))
        .isNotEqualTo(second.scope().get(BaggageField.REQUEST_ID));
    first.end();
    second.end();
  }

  private static Map<String, String> inject(ClientRequest call) {
    Map<String, String> headers = new LinkedHashMap<>();
    call.inject(headers, Map::put, List.of(), 4096);
    return headers;
  }

  private static final class ThrowingSampler implements Sampler {
    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      throw new IllegalStateException("sampler");
    }

    @Override
    public String getDescription() {
      return "throws";
    }
  }

  private static final class ThrowingProcessor implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      throw new IllegalStateException("processor");
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  private static final class ThrowingPropagator implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return List.of();
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
      throw new IllegalStateException("propagator");
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
      throw new IllegalStateException("propagator");
    }
  }
}
