package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One switch for a sensitive field: spans, and whatever shows fields by {@link ScopeFields}. */
class ShownFieldsTest {
  private static final String HASH = Shown.HASHED.of("u-1");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      Waybill.builder(fixture.telemetry())
          .carry(USER, rule -> rule.show(Shown.HASHED))
          .carry(TENANT, rule -> rule.show(Shown.HIDDEN))
          .carry(LOCALE)
          .peers(peer -> TrustZone.OWN)
          .destination("http://own.internal", TrustZone.OWN)
          .build();

  private static Map<String, String> shown(IncomingCall request) {
    Map<String, String> shown = new HashMap<>();
    ScopeFields.of(BaggageField.REQUEST_ID, USER, LOCALE)
        .as(TENANT, "customer")
        .forEach(request.scope(), shown::put);
    return shown;
  }

  private static Map<AttributeKey<?>, Object> attributes(SpanData span) {
    return span.getAttributes().asMap();
  }

  @Test
  void received_isShownAsTheRuleSays() {
    IncomingCall request =
        Fixture.receive(waybill, "baggage: request.id=r,user.id=u-1,tenant.id=t-1,locale=ko");
    Map<String, String> sent = new HashMap<>();
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(sent, Map::put, List.of(), 8192);
    call.end();
    request.end();

    assertThat(shown(request))
        .isEqualTo(Map.of("request.id", "r", "user.id", HASH, "locale", "ko"));
    assertThat(fixture.finishedSpans())
        .hasSize(2)
        .allSatisfy(
            span ->
                assertThat(attributes(span).values()).contains(HASH).doesNotContain("u-1", "t-1"));
    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(sent.get("baggage")).contains("user.id=u-1,tenant.id=t-1");
  }

  @Test
  void identifiedLater_isShownAsTheRuleSays() {
    IncomingCall request = Fixture.receive(waybill);
    request.scope().identify(USER, "u-1");
    request.scope().identify(TENANT, "t-1");
    request.end();

    assertThat(shown(request)).containsEntry("user.id", HASH).doesNotContainKey("customer");
    assertThat(attributes(fixture.finishedSpans().get(0)).values())
        .contains(HASH)
        .doesNotContain("u-1", "t-1");
  }

  @Test
  void notOnSpans_isSeenInLogsAlone() {
    Waybill quiet =
        Waybill.builder(fixture.telemetry())
            .carry(USER, rule -> rule.notOnSpans())
            .carry(LOCALE)
            .peers(peer -> TrustZone.OWN)
            .build();
    IncomingCall request = Fixture.receive(quiet, "baggage: locale=ko");
    request.scope().identify(USER, "u-1");
    request.end();

    assertThat(shown(request)).containsEntry("user.id", "u-1");
    assertThat(attributes(fixture.finishedSpans().get(0)).values())
        .contains("ko")
        .doesNotContain("u-1");
  }
}
