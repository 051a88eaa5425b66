package io.waybill.beside.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.beside.telemetry.Beside.Propagator;
import io.waybill.beside.telemetry.Neighbour.Client;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.sdk.SpanMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every other instrumentation at every place, in each span mode, whatever it propagates by. */
class NeighbourTest {
  private static final List<String> USERS = List.of("u-1", "u-2");

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (Neighbour neighbour : Neighbour.values()) {
      for (SpanMode mode : SpanMode.values()) {
        for (Propagator propagator : Propagator.values()) {
          all.add(Arguments.of(neighbour, mode, propagator));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void call_hasIdentityOnceAndOneTrace(Neighbour neighbour, SpanMode mode, Propagator propagator)
      throws Exception {
    try (Beside beside = new Beside(mode, propagator);
        Client client = neighbour.open(beside)) {
      for (String user : USERS) {
        assertThat(beside.as(user, () -> client.get(beside.own.uri("/")))).isEqualTo(200);
      }

      List<Seen> seen = beside.own.seen();
      assertThat(seen).hasSize(2);
      for (int i = 0; i < 2; i++) {
        beside.assertHasIdentity(seen.get(i), USERS.get(i), neighbour.parents());
      }
      beside.assertWhole();
      assertThat(beside.callSpans()).isEqualTo(2 * spans(neighbour, mode));
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void unnamedDestination_getsTheTraceAlone(
      Neighbour neighbour, SpanMode mode, Propagator propagator) throws Exception {
    try (Beside beside = new Beside(mode, propagator);
        Client client = neighbour.open(beside)) {
      for (String user : USERS) {
        assertThat(beside.as(user, () -> client.get(beside.unnamed.uri("/")))).isEqualTo(200);
      }

      assertThat(beside.unnamed.seen())
          .hasSize(2)
          .allSatisfy(seen -> beside.assertHasNothing(seen, neighbour.parents()));
      beside.assertWhole();
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void redirect_isDecidedAtEachHop(Neighbour neighbour, SpanMode mode, Propagator propagator)
      throws Exception {
    try (Beside beside = new Beside(mode, propagator);
        Client client = neighbour.open(beside)) {
      assertThat(beside.as("u-1", () -> client.get(beside.own.uri("/round")))).isEqualTo(200);

      assertThat(beside.own.seen())
          .hasSize(2)
          .allSatisfy(seen -> beside.assertHasIdentity(seen, "u-1", neighbour.parents()));
      beside.assertHasNothing(beside.unnamed.only(), neighbour.parents());
      beside.assertWhole();
    }
  }

  /** It shows its span to nobody, so ours is in another trace; NEVER leaves the one. */
  @ParameterizedTest
  @EnumSource(
      value = Neighbour.class,
      names = {"MICROMETER_OUTSIDE_OKHTTP", "MICROMETER_OUTSIDE_APACHE"})
  void micrometer_withoutASpanAround_isSeenByNever(Neighbour neighbour) throws Exception {
    for (SpanMode mode : List.of(SpanMode.AUTO, SpanMode.NEVER)) {
      try (Beside beside = new Beside(mode, Propagator.NOTHING);
          Client client = neighbour.open(beside)) {
        assertThat(client.get(beside.own.uri("/"))).isEqualTo(200);

        assertThat(beside.own.only().lines("traceparent")).hasSize(1);
        assertThat(beside.spans())
            .extracting(SpanData::getTraceId)
            .doesNotHaveDuplicates()
            .hasSize(mode == SpanMode.NEVER ? 1 : 2);
      }
    }
  }

  /** Where theirs is not seen, it has one beside or below ours. */
  private static int spans(Neighbour neighbour, SpanMode mode) {
    return switch (mode) {
      case AUTO -> neighbour.isSeen() ? 1 : 2;
      case ALWAYS -> 2;
      case NEVER -> 1;
    };
  }
}
