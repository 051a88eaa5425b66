package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** FAULTS "Borders", a member log flood: whoever sends much can't make us log much. */
class WarningsTest {
  private final Fixture fixture = new Fixture();
  private final Logged log = Logged.listen();

  @AfterEach
  void stop() {
    log.close();
  }

  private static void send(Waybill waybill, IncomingCall request) {
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.inject(new HashMap<>(), Map::put, List.of(), waybill.limits().httpBytes());
    call.end();
  }

  @Test
  void overBudget_namesAFewOnceAPeriod() {
    Waybill small =
        fixture
            .service(fixture.telemetry())
            .limits(Limits.DEFAULT.withHttpBytes(64).withGrpcBytes(64))
            .build();
    String many =
        IntStream.range(0, 60)
            .mapToObj(i -> "member" + i + "=v-" + i)
            .collect(Collectors.joining(","));
    IncomingCall request =
        Fixture.receive(small, "baggage: request.id=r," + "n".repeat(99) + "=v-long," + many);
    for (int call = 0; call < 100; call++) {
      send(small, request);
    }
    request.end();

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains(
            "left out of a call: " + "n".repeat(64) + ", member4, ", " and 49 more; its limit")
        .contains("was 64 bytes", "waybill.dropped")
        .doesNotContain("v-", "n".repeat(65));
    assertThat(fixture.dropped(Outcome.OVER_BUDGET)).isEqualTo(100 * 57);
  }

  @Test
  void overBudget_namesTheLimitThatWasHit() {
    Waybill small =
        fixture.service(fixture.telemetry()).limits(Limits.DEFAULT.withMembers(2)).build();
    IncomingCall request = Fixture.receive(small, "baggage: request.id=r,user.id=u-1");
    OutgoingCall call = small.send(request.context(), OWN);
    call.inject(new HashMap<>(), Map::put, List.of("mine=1"), 8192);
    call.end();
    request.end();

    assertThat(log.lines()).singleElement().asString().contains("its limit was 2 members");
  }

  /** Named are what set-up declares, and never what the application wrote there. */
  @Test
  void alias_takenOutOfACall_namesHeaderAndFieldOnceAPeriod() {
    Waybill aliased =
        Waybill.builder(fixture.telemetry())
            .carry(Fixture.USER, rule -> rule.alias("x-user-id"))
            .build();
    for (int i = 0; i < 100; i++) {
      OutgoingCall call = aliased.send(Context.root(), OWN);
      call.takeOut(
          new HashMap<>(Map.of("x-user-id", "admin")), (c, name) -> c.remove(name) != null);
      call.end();
    }

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("x-user-id", "user.id", "waybill.dropped")
        .doesNotContain("admin");
    assertThat(fixture.dropped(Outcome.SHADOWED)).isEqualTo(100);
  }

  @Test
  void carrierThatRefuses_costsNoCall() {
    Waybill aliased =
        Waybill.builder(fixture.telemetry())
            .carry(Fixture.USER, rule -> rule.alias("x-user-id"))
            .build();
    OutgoingCall call = aliased.send(Context.root(), OWN);
    call.takeOut(
        "",
        (carrier, name) -> {
          throw new UnsupportedOperationException();
        });
    call.end();

    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).as("tracestate, and the alias").isEqualTo(2);
  }

  /** Each bad escape is a stack trace in OpenTelemetry's log. */
  @Test
  void hostileHeaders_logNothing() {
    Waybill waybill = fixture.trusting();
    for (String unit :
        List.of("a=%zz,", "a,", "=,", "\u0000,", "user.id=%ff,", "plan=x,", "é=1,")) {
      IncomingCall request = Fixture.receive(waybill, "baggage: " + unit.repeat(1000));
      send(waybill, request);
      request.end();
    }
    Fixture.receive(waybill, "traceparent: " + "x".repeat(9000), "tracestate: " + "=,".repeat(5000))
        .end();

    assertThat(log.lines()).isEmpty();
    assertThat(fixture.dropped(Outcome.INVALID)).isPositive();
  }
}
