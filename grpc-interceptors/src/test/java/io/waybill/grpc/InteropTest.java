package io.waybill.grpc;

import static io.waybill.grpc.Hops.PLAN;
import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.MirrorMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beside services and interceptors that know OpenTelemetry and have never heard of Waybill. */
class InteropTest {
  private static final TextMapPropagator W3C =
      TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());

  private final Hops hops = new Hops();
  private final SentMetadata sent = new SentMetadata();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  @Test
  void plainClient_isReadAsTypedFieldsAndAsBaggage() throws Exception {
    Server server = hops.server(hops.waybill().build(), tellingBoth());

    assertThat(callPlainly(server)).isEqualTo("fields anna grün; baggage anna grün f;p");
  }

  @Test
  void plainClient_nothingLiesInBaggageBesidePlainPropagator() throws Exception {
    try (OpenTelemetrySdk plain = hops.sdk(W3CBaggagePropagator.getInstance())) {
      Server server = hops.server(Hops.waybill(plain).build(), tellingBoth());

      assertThat(callPlainly(server)).isEqualTo("fields anna grün; baggage null null null");
    }
  }

  @Test
  void plainClient_identityIsMirroredWhereSetUpSaysAlways() throws Exception {
    try (OpenTelemetrySdk plain = hops.sdk(W3CBaggagePropagator.getInstance())) {
      Waybill waybill = Hops.waybill(plain).mirrorIdentity(MirrorMode.ALWAYS).build();
      Server server = hops.server(waybill, tellingBoth());

      assertThat(callPlainly(server)).isEqualTo("fields anna grün; baggage anna grün f;p");
    }
  }

  @Test
  void plainClient_isTheParentOfTheServerSpan() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Channel channel = ClientInterceptors.intercept(hops.channel(server), new PlainClient());
    Span span = hops.openTelemetry.getTracer("test").spanBuilder("plain").startSpan();

    try (Scope ignored = span.makeCurrent()) {
      HopGrpc.newBlockingStub(channel).unary(note(""));
    } finally {
      span.end();
    }

    assertThat(hops.spans.take(SpanKind.SERVER).getParentSpanContext().getSpanId())
        .isEqualTo(span.getSpanContext().getSpanId());
  }

  @Test
  void plainServer_readsWhatWeSend() throws Exception {
    Server server =
        hops.start(hops.serverBuilder().addService(HopService.tellingUser()).intercept(sent));
    Waybill waybill = hops.waybillTo(server);

    callWithAll(waybill, hops.stub(server, waybill));

    Context read = W3C.extract(Context.root(), sent.take(), MetadataCarrier.INSTANCE);
    Baggage baggage = Baggage.fromContext(read);
    assertThat(baggage.getEntryValue("user.id")).isEqualTo("anna");
    assertThat(baggage.getEntryValue("plan")).isEqualTo("grün");
    assertThat(baggage.getEntryValue("foreign")).isEqualTo("f");
    assertThat(baggage.asMap()).containsOnlyKeys("request.id", "user.id", "plan", "foreign");
    SpanContext parent = Span.fromContext(read).getSpanContext();
    assertThat(parent.getSpanId()).isEqualTo(hops.spans.take(SpanKind.CLIENT).getSpanId());
  }

  /** The inner interceptor injects what is current, by a plain baggage propagator. */
  @ParameterizedTest
  @EnumSource(MirrorMode.class)
  void plainInterceptorBelow_leaksNothingToDestinationNotNamed(MirrorMode mirror) throws Exception {
    Server server =
        hops.start(hops.serverBuilder().addService(HopService.tellingUser()).intercept(sent));
    Waybill waybill = hops.waybill().mirrorIdentity(mirror).build();
    Channel inner = ClientInterceptors.intercept(hops.channel(server), new PlainClient());

    callWithAll(waybill, WaybillGrpc.wrap(HopGrpc.newBlockingStub(inner), waybill));

    Metadata metadata = sent.take();
    assertThat(SentMetadata.baggage(metadata)).isEmpty();
    assertThat(SentMetadata.lines(metadata, "traceparent")).hasSize(1);
  }

  @Test
  void plainInterceptorBelow_sendsNoMoreThanPartnerGets() throws Exception {
    Server server =
        hops.start(hops.serverBuilder().addService(HopService.tellingUser()).intercept(sent));
    Waybill waybill =
        hops.waybill().destination(Hops.origin(server), TrustZone.PARTNER, PLAN).build();
    Channel inner = ClientInterceptors.intercept(hops.channel(server), new PlainClient());

    callWithAll(waybill, WaybillGrpc.wrap(HopGrpc.newBlockingStub(inner), waybill));

    assertThat(SentMetadata.baggage(sent.take())).containsExactly("plan=gr%C3%BCn");
  }

  /** Its baggage is replaced by ours: one line, of what the policy releases. */
  @Test
  void plainInterceptorAbove_addsNoSecondLine() throws Exception {
    Server server =
        hops.start(hops.serverBuilder().addService(HopService.tellingUser()).intercept(sent));
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub stub = hops.stub(server, waybill).withInterceptors(new PlainClient());

    callWithAll(waybill, stub);

    Metadata metadata = sent.take();
    assertThat(SentMetadata.baggage(metadata)).hasSize(1);
    assertThat(SentMetadata.baggage(metadata).get(0))
        .contains("user.id=anna", "plan=gr%C3%BCn", "foreign=f;p=1");
    assertThat(SentMetadata.lines(metadata, "traceparent")).hasSize(1);
  }

  private static HopService tellingBoth() {
    return new HopService(
        text -> {
          RequestScope scope = RequestScope.current();
          Baggage baggage = Baggage.current();
          BaggageEntry foreign = baggage.getEntry("foreign");
          return "fields %s %s; baggage %s %s %s"
              .formatted(
                  scope.get(USER),
                  scope.get(PLAN),
                  baggage.getEntryValue("user.id"),
                  baggage.getEntryValue("plan"),
                  foreign == null
                      ? null
                      : foreign.getValue() + ";" + foreign.getMetadata().getValue());
        });
  }

  private String callPlainly(Server server) {
    Channel channel = ClientInterceptors.intercept(hops.channel(server), new PlainClient());
    Baggage baggage =
        Baggage.builder()
            .put("user.id", "anna")
            .put("plan", "grün")
            // No value: the oldest OpenTelemetry would write its "=" as %3D.
            .put("foreign", "f", BaggageEntryMetadata.create("p"))
            .build();
    try (Scope ignored = Context.root().with(baggage).makeCurrent()) {
      return HopGrpc.newBlockingStub(channel).unary(note("")).getText();
    }
  }

  private static void callWithAll(Waybill waybill, HopGrpc.HopBlockingStub stub) {
    waybill
        .request()
        .with(USER, "anna")
        .with(PLAN, "grün")
        .run(
            () -> {
              Baggage more =
                  Baggage.current().toBuilder()
                      .put("foreign", "f", BaggageEntryMetadata.create("p=1"))
                      .build();
              try (Scope ignored = Context.current().with(more).makeCurrent()) {
                stub.unary(note(""));
              }
            });
  }

  /** Injects the current Context when a call starts, as OpenTelemetry's own interceptor does. */
  private static final class PlainClient implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      Context atNewCall = Context.current();
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          W3C.inject(atNewCall, headers, MetadataCarrier.INSTANCE);
          W3C.inject(Context.current(), headers, MetadataCarrier.INSTANCE);
          super.start(listener, headers);
        }
      };
    }
  }
}
