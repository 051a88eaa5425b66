package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final String SECRETS = "u-secret|t-secret|x-secret|much-too-long";

  private final Fixture fixture = new Fixture();

  private Waybill explaining(TrustZone zone) {
    return fixture.service(fixture.telemetry()).peers(peer -> zone).explain().build();
  }

  private static List<String> explained(Waybill waybill, IncomingCall request) {
    return waybill.explain(request.scope()).lines().stream().map(Object::toString).toList();
  }

  private static void send(Waybill waybill, IncomingCall request, Destination to, int room) {
    OutgoingCall call = waybill.send(request.context(), to);
    call.inject(new HashMap<>(), Map::put, List.of(), room);
    call.end();
  }

  @Test
  void in_trusted() {
    Waybill waybill = explaining(TrustZone.OWN);
    IncomingCall request =
        Fixture.receive(
            waybill,
            "baggage: user.id=u-secret,plan=none,tenant.id=much-too-long-for-nothing,x=x-secret,bad");

    assertThat(explained(waybill, request))
        .containsExactly(
            "in 1 members invalid",
            "in user.id admitted",
            "in plan refused",
            "in tenant.id admitted",
            "in x admitted");
    request.end();
  }

  @Test
  void in_untrusted() {
    Waybill waybill = explaining(TrustZone.PUBLIC);
    IncomingCall request =
        Fixture.receive(waybill, "baggage: user.id=u-secret,locale=ko,x=x-secret");

    assertThat(explained(waybill, request))
        .containsExactly("in user.id untrusted", "in locale admitted", "in x untrusted");
    request.end();
  }

  @Test
  void out_perDestination() {
    Waybill waybill = explaining(TrustZone.OWN);
    IncomingCall request =
        Fixture.receive(waybill, "baggage: request.id=r,user.id=u-secret,locale=ko,x=x-secret");
    int before = explained(waybill, request).size();
    send(waybill, request, PARTNER, 8192);
    send(waybill, request, UNKNOWN, 8192);
    send(waybill, request, OWN, 20);

    assertThat(explained(waybill, request).stream().skip(before))
        .containsExactly(
            "out request.id withheld to https://partner.example:443",
            "out user.id withheld to https://partner.example:443",
            "out x withheld to https://partner.example:443",
            "out locale released to https://partner.example:443",
            "out request.id withheld to https://unknown.example:443",
            "out user.id withheld to https://unknown.example:443",
            "out locale withheld to https://unknown.example:443",
            "out x withheld to https://unknown.example:443",
            "out request.id released to http://own.internal:80",
            "out user.id over_budget to http://own.internal:80",
            "out locale over_budget to http://own.internal:80",
            "out x over_budget to http://own.internal:80");
    request.end();
  }

  @Test
  void logLine_atTheEnd_holdsNamesAndNoValue() {
    Logger logger = Logger.getLogger("io.waybill.explain");
    Logged log = Logged.listen();
    logger.setLevel(Level.FINE);
    try (log) {
      Waybill waybill = explaining(TrustZone.OWN);
      IncomingCall request =
          Fixture.receive(waybill, "baggage: user.id=u-secret,x%0A=x-secret,tenant.id=t-secret");
      request.scope().set(NOTE, "note");
      send(waybill, request, OWN, 8192);
      request.end();
    } finally {
      logger.setLevel(null);
    }

    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("trace ")
        .contains(", GET: in user.id admitted; ", "; out x%0A released to http://own.internal:80")
        .doesNotContainPattern(SECRETS);
  }

  @Test
  void counters_haveWhatPassedToo() {
    Waybill waybill = explaining(TrustZone.OWN);
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-secret,plan=none");
    send(waybill, request, PARTNER, 8192);
    request.end();

    assertThat(points("waybill.explained", Outcome.ADMITTED)).containsExactly("in 1");
    assertThat(points("waybill.explained", Outcome.WITHHELD)).containsExactly("out 2");
    assertThat(points("waybill.dropped", Outcome.REFUSED)).containsExactly("in 1");
    assertThat(points("waybill.dropped", Outcome.WITHHELD)).containsExactly("out 2");
    assertThat(counted(Outcome.ADMITTED)).isEqualTo(1);
    assertThat(counted(Outcome.REFUSED)).isEqualTo(1);
    assertThat(counted(Outcome.WITHHELD)).isEqualTo(2);
    assertThat(fixture.dropped(Outcome.WITHHELD)).isEqualTo(2);
    assertThat(fixture.dropped(Outcome.ADMITTED)).isZero();
  }

  /** Returns {@code border count} of each point of an outcome. */
  private List<String> points(String metric, Outcome outcome) {
    AttributeKey<String> border = AttributeKey.stringKey("waybill.border");
    return fixture.metrics.collectAllMetrics().stream()
        .filter(data -> data.getName().equals(metric))
        .flatMap(data -> data.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().asMap().containsValue(outcome.label()))
        .map(point -> point.getAttributes().get(border) + " " + point.getValue())
        .toList();
  }

  @Test
  void requestInCode_isExplainedToo() {
    Waybill waybill = explaining(TrustZone.OWN);
    waybill
        .request()
        .with(Fixture.USER, "u-secret")
        .run(
            () -> {
              OutgoingCall call = waybill.send(Context.current(), PARTNER);
              call.inject(new HashMap<>(), Map::put, List.of(), 8192);
              call.end();
              assertThat(waybill.explain(RequestScope.current()).toString())
                  .startsWith("request in code: out request.id withheld to https://partner")
                  .contains("; out user.id withheld to https://partner.example:443")
                  .doesNotContainPattern(SECRETS);
            });
  }

  /** What can't be named is no destination, and still the way out. */
  @Test
  void out_toNoDestination() {
    Waybill waybill = explaining(TrustZone.OWN);
    IncomingCall request = Fixture.receive(waybill, "baggage: request.id=r");
    waybill.send(request.context(), null).end();

    assertThat(explained(waybill, request))
        .containsExactly("in request.id admitted", "out request.id withheld");
    request.end();
  }

  @Test
  void alias_thatCanNotBeWritten() {
    Waybill waybill =
        Waybill.builder(fixture.telemetry())
            .carry(Fixture.USER, rule -> rule.alias("x-user"))
            .peers(peer -> TrustZone.OWN)
            .destination("http://own.internal", TrustZone.OWN)
            .explain()
            .build();
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=%c3%bc");
    send(waybill, request, OWN, 8192);

    assertThat(explained(waybill, request))
        .contains("out x-user refused to http://own.internal:80");
    request.end();
  }

  private long counted(Outcome outcome) {
    return fixture.metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals("waybill.explained"))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().asMap().containsValue(outcome.label()))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  @Test
  void names_areCutAndLinesAreBounded() {
    Waybill waybill = explaining(TrustZone.OWN);
    IncomingCall request = Fixture.receive(waybill, "baggage: " + "n".repeat(200) + "=1");
    for (int call = 0; call < 600; call++) {
      request.scope();
      send(waybill, request, PARTNER, 8192);
    }

    assertThat(explained(waybill, request)).contains("in " + "n".repeat(64) + " admitted");
    assertThat(explained(waybill, request)).hasSize(512);
    request.end();
  }

  /** Whoever chooses them could write lines of his own into the log. */
  @Test
  void names_areEscaped() {
    Waybill waybill = explaining(TrustZone.OWN);
    String hostile = "x\r\ny\u001b[31m\u202e\u2028" + Character.toString(0xE0041);
    IncomingCall request =
        waybill.receive(Map.of(), Fixture.Lines.GETTER, Fixture.PEER, hostile, span -> {});
    Baggage plain = Baggage.builder().put(hostile, "v").build();
    Context added = request.context().with(plain);
    waybill.send(added, OWN).end();

    String escaped = "x\\u000d\\u000ay\\u001b[31m\\u202e\\u2028\\udb40\\udc41";
    assertThat(waybill.explain(request.scope()).toString())
        .startsWith(escaped + ": ")
        .contains("out " + escaped + " invalid to http://own.internal:80");
    request.end();
  }

  @Test
  void off_keepsNothing() {
    Waybill waybill = fixture.trusting();
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1");
    request.scope().identify(TENANT, "t-1");

    assertThat(waybill.explain(request.scope())).isNull();
    request.end();
  }
}
