package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.USER;
import static io.waybill.sdk.Fixture.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    IncomingCall request = receive(waybill);
    request.scope().identify(USER, "u-1");
    request.end();

    assertThat(fixture.finishedSpans().get(0).getAttributes().get(USER_ID)).isEqualTo("u-1");
  }

  @Test
  void server_endsOnce() {
    IncomingCall request = receive(waybill);

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
      IncomingCall request = receive(service, PARENT, "baggage: user.id=u-1");
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

  /** What a library left on the thread has ended: nobody's child, and nobody writes to it. */
  @Test
  void server_endedSpanOnTheThread_isNoParent() {
    OpenTelemetrySdk telemetry = fixture.telemetry();
    Waybill service = fixture.service(telemetry).build();
    Span ended = telemetry.getTracer("other").spanBuilder("ended").startSpan();
    ended.end();
    try (Scope ignored = ended.makeCurrent()) {
      receive(service, "baggage: user.id=u-1").end();
      receive(service, PARENT).end();
    }

    List<SpanData> spans = fixture.finishedSpans();
    assertThat(spans).hasSize(3);
    assertThat(spans.get(1).getParentSpanContext().isValid()).isFalse();
    assertThat(spans.get(2).getParentSpanId()).isEqualTo("b7ad6b7169203331");
  }

  @EnumSource(SpanMode.class)
  @ParameterizedTest
  void server_spanOfAnotherRequest_isNoParentAndNotWrittenTo(SpanMode mode) {
    Waybill service = fixture.service(fixture.telemetry()).spans(mode).build();
    Waybill spanned = service.withSpans(SpanMode.ALWAYS);
    IncomingCall other = receive(spanned, "baggage: user.id=u-other");
    try (Scope ignored = other.context().makeCurrent()) {
      IncomingCall request = receive(service, "baggage: user.id=u-1");
      request.scope().identify(Fixture.TENANT, "t-1");
      request.end();
    }
    other.end();

    for (SpanData span : fixture.finishedSpans()) {
      assertThat(span.getParentSpanContext().isValid()).isFalse();
      boolean isOthers = "u-other".equals(span.getAttributes().get(USER_ID));
      String tenant = span.getAttributes().get(AttributeKey.stringKey("tenant.id"));
      assertThat(tenant).isEqualTo(isOthers ? null : "t-1");
    }
    assertThat(fixture.finishedSpans()).hasSize(mode == SpanMode.NEVER ? 1 : 2);
  }

  /** Nobody can say whether a span runs that is not sampled, or wrapped: the trace decides. */
  @Test
  void server_spanThatTheSdkDoesNotKnow_isOwnIfItHasTheTraceThatCameIn() {
    Waybill service = fixture.service(fixture.telemetry()).build();
    Span ofTheTrace = unknown(TRACE);
    try (Scope ignored = ofTheTrace.makeCurrent()) {
      IncomingCall none = receive(service);
      assertThat(Span.fromContext(none.context())).isSameAs(ofTheTrace);
      none.end();
      IncomingCall same = receive(service, PARENT);
      assertThat(Span.fromContext(same.context())).isSameAs(ofTheTrace);
      same.end();
    }
    try (Scope ignored = unknown("4bf92f3577b34da6a3ce929d0e0e4736").makeCurrent()) {
      receive(service, PARENT).end();
    }

    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(fixture.finishedSpans().get(0).getParentSpanId()).isEqualTo("b7ad6b7169203331");
  }

  private static Span unknown(String trace) {
    return Span.wrap(
        SpanContext.create(
            trace, "00f067aa0ba902b7", TraceFlags.getDefault(), TraceState.getDefault()));
  }

  /** Whoever samples or enriches spans by the request finds it in the Context of the parent. */
  @Test
  void server_processorAndSamplerSeeTheRequest_andMayIdentifyIt() {
    List<String> sampled = new ArrayList<>();
    OpenTelemetrySdk telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(new ReadingSampler(sampled))
                    .addSpanProcessor(new IdentifyingProcessor())
                    .addSpanProcessor(SimpleSpanProcessor.create(fixture.spans))
                    .build())
            .build();
    Waybill service = fixture.service(telemetry).peers(peer -> TrustZone.OWN).build();
    receive(service, "baggage: user.id=u-1").end();

    Attributes attributes = fixture.finishedSpans().get(0).getAttributes();
    assertThat(sampled).containsExactly("u-1");
    assertThat(attributes.get(AttributeKey.stringKey("baggage.user"))).isEqualTo("u-1");
    assertThat(attributes.get(AttributeKey.stringKey("tenant.id"))).isEqualTo("t-1");
  }

  @Test
  void withSpans_isTheSameWaybillInAnotherMode() {
    Waybill service = fixture.service(fixture.telemetry()).build();
    Waybill never = service.withSpans(SpanMode.NEVER);
    IncomingCall request = receive(never, PARENT);
    OutgoingCall call = never.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.end();

    assertThat(service.hasReceived(request)).isTrue();
    assertThat(fixture.trusting().hasReceived(request)).isFalse();
    assertThat(never.limits()).isSameAs(service.limits());
    request.end();
    assertThat(fixture.finishedSpans()).isEmpty();
    receive(service).end();
    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  @Test
  void spans_nameTheirVersionAndSchema() {
    receive(waybill).end();

    InstrumentationScopeInfo scope = fixture.finishedSpans().get(0).getInstrumentationScopeInfo();
    assertThat(scope.getName()).isEqualTo("io.waybill");
    assertThat(scope.getVersion()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    assertThat(scope.getSchemaUrl()).isEqualTo("https://opentelemetry.io/schemas/1.45.0");
    receive(fixture.service(fixture.telemetry()).build(), "baggage: user.id=%zz").end();
    assertThat(fixture.metrics.collectAllMetrics())
        .isNotEmpty()
        .allMatch(metric -> metric.getInstrumentationScopeInfo().equals(scope));
  }

  /** Another instrumentation has started the CLIENT span, and written it into the call. */
  @Test
  void client_autoStartsNoneWhereAnotherInstrumentationDid() {
    OpenTelemetrySdk telemetry = fixture.telemetry();
    Waybill service = fixture.service(telemetry).build();
    Span outside =
        telemetry.getTracer("o").spanBuilder("o").setSpanKind(SpanKind.CLIENT).startSpan();
    Context caller = Context.root().with(outside);
    OutgoingCall call = service.send(caller, OWN);
    call.start(carrierOf(outside), Fixture.Lines.GETTER, "GET", span -> {});
    assertThat(inject(call).get("traceparent")).contains(outside.getSpanContext().getSpanId());
    call.end();
    outside.end();

    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  /** A CLIENT span around this call is of another call, if the carrier does not have it. */
  @Test
  void client_startsOneBelowTheSpanOfAnotherCall() {
    OpenTelemetrySdk telemetry = fixture.telemetry();
    Waybill service = fixture.service(telemetry).build();
    Span outside =
        telemetry.getTracer("o").spanBuilder("o").setSpanKind(SpanKind.CLIENT).startSpan();
    OutgoingCall call = service.send(Context.root().with(outside), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.end();
    outside.end();

    assertThat(fixture.finishedSpans()).hasSize(2);
    assertThat(fixture.finishedSpans().get(0).getParentSpanId())
        .isEqualTo(fixture.finishedSpans().get(1).getSpanId());
  }

  private static Map<String, List<String>> carrierOf(Span span) {
    Map<String, String> headers = new LinkedHashMap<>();
    W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, Map::put);
    return lines(headers);
  }

  private static Map<String, List<String>> lines(Map<String, String> headers) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    headers.forEach((name, value) -> lines.put(name, List.of(value)));
    return lines;
  }

  @Test
  void server_neverStillPropagates() {
    Waybill service = fixture.service(fixture.telemetry()).spans(SpanMode.NEVER).build();
    IncomingCall request = receive(service, PARENT);

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
    IncomingCall request = receive(waybill, PARENT, "baggage: user.id=u-1");
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> span.setAttribute("k", "v"));
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
    OutgoingCall outer = waybill.send(Context.root(), OWN);
    outer.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    OutgoingCall inner = waybill.send(outer.context(), OWN);
    inner.start(lines(inject(outer)), Fixture.Lines.GETTER, "GET", span -> {});
    Map<String, String> headers = inject(inner);
    inner.end();
    outer.end();

    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(headers.get("traceparent")).contains(fixture.finishedSpans().get(0).getSpanId());
  }

  @Test
  void client_tracestateToOwnOnly() {
    IncomingCall request = receive(waybill, PARENT, "tracestate: vendor=1");

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
    IncomingCall request = receive(service, "baggage: user.id=u-1");
    OutgoingCall call = service.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});

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
    IncomingCall request = receive(service);
    OutgoingCall call = service.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});

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
    IncomingCall first = receive(waybill);
    IncomingCall second = receive(waybill);

    assertThat(first.scope().get(BaggageField.REQUEST_ID))
        .isNotEqualTo(second.scope().get(BaggageField.REQUEST_ID));
    first.end();
    second.end();
  }

  private static Map<String, String> inject(OutgoingCall call) {
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

  private record ReadingSampler(List<String> seen) implements Sampler {
    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      seen.add(RequestScope.fromContextOrNull(parent).get(USER));
      return SamplingResult.recordAndSample();
    }

    @Override
    public String getDescription() {
      return "reads";
    }
  }

  private static final class IdentifyingProcessor implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      span.setAttribute("baggage.user", Baggage.fromContext(parent).getEntryValue("user.id"));
      RequestScope.fromContextOrNull(parent).identify(Fixture.TENANT, "t-1");
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
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
