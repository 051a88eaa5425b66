package io.waybill.beside;

import static io.waybill.beside.Beside.Other.ABSENT;
import static io.waybill.beside.Beside.Other.INSIDE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcServerInterceptor;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.beside.Beside.Other;
import io.waybill.beside.Words.Kind;
import io.waybill.sdk.SpanMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interceptors that Spring gRPC installs: observations of Micrometer, with its bridge to
 * OpenTelemetry. A client's span starts with the call, and not when the call is made.
 */
class MicrometerTest {
  private static final int CALLS = 3;

  static Stream<Arguments> orders() {
    List<Arguments> all = new ArrayList<>();
    for (SpanMode mode : SpanMode.values()) {
      for (Other client : Other.values()) {
        for (Other server : Other.values()) {
          for (Kind kind : Kind.values()) {
            all.add(Arguments.of(mode, client, server, kind));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("orders")
  void call_hasIdentityAndOneTrace(SpanMode mode, Other client, Other server, Kind kind)
      throws Exception {
    try (Beside beside = new Beside(mode)) {
      ManagedChannel channel = open(beside, true, client, server);
      for (int i = 0; i < CALLS; i++) {
        assertThat(beside.call(channel, kind, "u-" + i)).isEqualTo("u-" + i + " gold");
      }

      int clients = CALLS * spansOfSide(mode, client);
      int servers = CALLS * spansOfSide(mode, server);
      int works = kind == Kind.UNARY || kind == Kind.SERVER_STREAM ? 1 : 2;
      List<SpanData> spans = beside.spans();
      assertThat(Beside.count(spans, SpanKind.CLIENT)).isEqualTo(clients);
      assertThat(Beside.count(spans, SpanKind.SERVER)).isEqualTo(servers);
      Beside.assertWhole(spans);
      Beside.assertWorkIsBelow(spans, servers > 0, clients > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("orders")
  void call_tellsNothingToDestinationNotNamed(SpanMode mode, Other client, Other server, Kind kind)
      throws Exception {
    try (Beside beside = new Beside(mode)) {
      ManagedChannel channel = open(beside, false, client, server);
      for (int i = 0; i < CALLS; i++) {
        assertThat(beside.call(channel, kind, "anna")).isEqualTo("null null");
      }
      assertThat(beside.received()).isEmpty();
    }
  }

  /** Outside, theirs is the span of the call; inside, it is nested in ours. */
  private static int spansOfSide(SpanMode mode, Other other) {
    return switch (mode) {
      case AUTO -> other == INSIDE ? 2 : 1;
      case ALWAYS -> other == ABSENT ? 1 : 2;
      case NEVER -> other == ABSENT ? 0 : 1;
    };
  }

  private static ManagedChannel open(Beside beside, boolean named, Other client, Other server)
      throws Exception {
    ObservationRegistry registry = observing(beside.openTelemetry);
    Server started =
        beside.server(
            server,
            (NettyServerBuilder b) -> b.intercept(new ObservationGrpcServerInterceptor(registry)));
    return beside.channel(
        started,
        named,
        client,
        (NettyChannelBuilder b) -> b.intercept(new ObservationGrpcClientInterceptor(registry)));
  }

  /** As Spring Boot sets it up. */
  private static ObservationRegistry observing(OpenTelemetry openTelemetry) {
    Tracer tracer = openTelemetry.getTracer("micrometer");
    OtelTracer bridge = new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {});
    OtelPropagator propagator = new OtelPropagator(openTelemetry.getPropagators(), tracer);
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(bridge, propagator),
                new PropagatingReceiverTracingObservationHandler<>(bridge, propagator),
                new DefaultTracingObservationHandler(bridge)));
    return registry;
  }
}
