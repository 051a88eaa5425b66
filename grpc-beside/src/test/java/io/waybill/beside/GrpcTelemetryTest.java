package io.waybill.beside;

import static io.waybill.beside.Beside.Other.ABSENT;
import static io.waybill.beside.Beside.Other.INSIDE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.beside.Beside.Other;
import io.waybill.beside.Words.Kind;
import io.waybill.sdk.SpanMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenTelemetry's own interceptors on both sides or one, outside of ours or inside. */
@Tag("grpc-telemetry")
class GrpcTelemetryTest {
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
      ManagedChannel channel = TheirGrpcTelemetry.open(beside, true, client, server);
      for (int i = 0; i < CALLS; i++) {
        assertThat(beside.call(channel, kind, "u-" + i)).isEqualTo("u-" + i + " gold");
      }

      int clients = spansOfSide(mode, client);
      int servers = spansOfSide(mode, server);
      int works = kind == Kind.UNARY || kind == Kind.SERVER_STREAM ? 1 : 2;
      List<SpanData> spans = beside.spans();
      assertThat(Beside.count(spans, SpanKind.CLIENT)).isEqualTo(CALLS * clients);
      assertThat(Beside.count(spans, SpanKind.SERVER)).isEqualTo(CALLS * servers);
      Beside.assertWhole(spans);
      Beside.assertWorkIsBelow(spans, servers > 0, clients > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("orders")
  void call_tellsNothingToDestinationNotNamed(SpanMode mode, Other client, Other server, Kind kind)
      throws Exception {
    try (Beside beside = new Beside(mode)) {
      ManagedChannel channel = TheirGrpcTelemetry.open(beside, false, client, server);
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
}
