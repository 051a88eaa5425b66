package io.waybill.beside;

import static io.waybill.beside.Beside.Other.ABSENT;
import static io.waybill.beside.Beside.Other.INSIDE;
import static io.waybill.beside.Beside.Other.OUTSIDE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.beside.Beside.Other;
import io.waybill.beside.Words.Kind;
import io.waybill.sdk.SpanMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * gRPC's own tracing, whose spans have no kind: "Sent" and "Attempt" on a client, "Recv" on a
 * server. It makes none current on a client, and injects when the transport opens the stream.
 */
class GrpcOpenTelemetryTest {
  private static final int CALLS = 3;

  static Stream<Arguments> orders() {
    List<Arguments> all = new ArrayList<>();
    for (Other client : Other.values()) {
      for (Other server : Other.values()) {
        for (Kind kind : Kind.values()) {
          all.add(Arguments.of(client, server, kind));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("orders")
  void auto_startsNoneBelowTheirs(Other client, Other server, Kind kind) throws Exception {
    try (Beside beside = new Beside(SpanMode.AUTO)) {
      ManagedChannel channel = open(beside, true, client, server);
      for (int i = 0; i < CALLS; i++) {
        // Theirs, inside, puts the Baggage of its own propagator over the request's.
        String plan = server == INSIDE ? "null" : "gold";
        assertThat(beside.call(channel, kind, "u-" + i)).isEqualTo("u-" + i + " " + plan);
      }

      int clients = client == OUTSIDE ? 0 : CALLS;
      int servers = server == OUTSIDE ? 0 : CALLS;
      int theirs = (client == ABSENT ? 0 : 2) + (server == ABSENT ? 0 : 1);
      int works = kind == Kind.UNARY || kind == Kind.SERVER_STREAM ? 1 : 2;
      List<SpanData> spans = beside.spans();
      assertThat(Beside.count(spans, SpanKind.CLIENT)).isEqualTo(clients);
      assertThat(Beside.count(spans, SpanKind.SERVER)).isEqualTo(servers);
      Beside.assertWhole(spans);
    }
  }

  @ParameterizedTest
  @EnumSource(SpanMode.class)
  void call_isOneTraceInEveryMode(SpanMode mode) throws Exception {
    for (Other client : Other.values()) {
      for (Other server : List.of(ABSENT, OUTSIDE, INSIDE)) {
        try (Beside beside = new Beside(mode)) {
          ManagedChannel channel = open(beside, true, client, server);
          beside.call(channel, Kind.UNARY, "anna");
          beside.call(channel, Kind.UNARY, "anna");
          Beside.assertWhole(beside.spans());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Other.class)
  void call_tellsNothingToDestinationNotNamed(Other client) throws Exception {
    try (Beside beside = new Beside(SpanMode.AUTO)) {
      ManagedChannel channel = open(beside, false, client, ABSENT);
      for (int i = 0; i < CALLS; i++) {
        assertThat(beside.call(channel, Kind.UNARY, "anna")).isEqualTo("null null");
      }
      assertThat(beside.received()).isEmpty();
    }
  }

  /** Who is strict about the W3C's text takes two lines for none. */
  @ParameterizedTest
  @EnumSource(value = SpanMode.class, names = "ALWAYS", mode = EnumSource.Mode.EXCLUDE)
  void strictReceiver_ofTheirsOutside_getsOneParent(SpanMode mode) throws Exception {
    assertThat(parents(mode, OUTSIDE)).hasSize(CALLS).allMatch(lines -> lines.size() == 1);
  }

  /** Inside of ours, theirs puts its line behind ours, which it does not look at. */
  @ParameterizedTest
  @EnumSource(SpanMode.class)
  void strictReceiver_ofTheirsInside_getsTwoParents(SpanMode mode) throws Exception {
    assertThat(parents(mode, INSIDE)).hasSize(CALLS).allMatch(lines -> lines.size() == 2);
  }

  private static List<List<String>> parents(SpanMode mode, Other client) throws Exception {
    try (Beside beside = new Beside(mode)) {
      ManagedChannel channel = open(beside, true, client, ABSENT);
      for (int i = 0; i < CALLS; i++) {
        beside.call(channel, Kind.UNARY, "anna");
      }
      return beside.parents();
    }
  }

  private static ManagedChannel open(Beside beside, boolean named, Other client, Other server)
      throws Exception {
    GrpcOpenTelemetry theirs = GrpcOpenTelemetry.newBuilder().sdk(beside.openTelemetry).build();
    Server started =
        beside.server(server, (NettyServerBuilder b) -> theirs.configureServerBuilder(b));
    return beside.channel(
        started, named, client, (NettyChannelBuilder b) -> theirs.configureChannelBuilder(b));
  }
}
