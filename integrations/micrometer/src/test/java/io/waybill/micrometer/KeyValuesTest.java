package io.waybill.micrometer;

import static io.waybill.micrometer.Observed.PLAN;
import static io.waybill.micrometer.Observed.TENANT;
import static io.waybill.micrometer.Observed.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fields of a request as key values of its observations. */
class KeyValuesTest {
  private static final int PLANS = 2;

  private final ObservationRegistry registry = ObservationRegistry.create();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Queue<Observation.Context> stopped = new ConcurrentLinkedQueue<>();
  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop())
          .carry(USER, rule -> rule.show(Shown.HASHED))
          .carry(TENANT, rule -> rule.show(Shown.HIDDEN))
          .carry(PLAN, rule -> rule.lowCardinality(PLANS))
          .onRequest(WaybillMicrometer.serverObservation(registry))
          .peers(peer -> TrustZone.OWN)
          .build();

  @BeforeEach
  void observe() {
    WaybillMicrometer.observe(registry, waybill);
    registry
        .observationConfig()
        .observationHandler(new DefaultMeterObservationHandler(meters))
        .observationHandler(new Stopped());
  }

  private final class Stopped implements ObservationHandler<Observation.Context> {
    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    @Override
    public void onStop(Observation.Context context) {
      stopped.add(context);
    }
  }

  @Test
  void fields_areShownAsTheirRulesSay() {
    waybill
        .request()
        .with(USER, "anna")
        .with(TENANT, "acme")
        .with(PLAN, "gold")
        .run(() -> observation("work").observe(() -> {}));

    Observation.Context work = only();
    assertThat(value(work.getLowCardinalityKeyValue("plan"))).isEqualTo("gold");
    assertThat(value(work.getHighCardinalityKeyValue("user.id")))
        .isEqualTo(Shown.HASHED.of("anna"));
    assertThat(work.getAllKeyValues()).extracting(KeyValue::getKey).doesNotContain("tenant.id");
    assertThat(meters.get("work").tag("plan", "gold").timer().count()).isOne();
  }

  @Test
  void metrics_haveTheSameTagsOutsideOfARequest() {
    observation("work").observe(() -> {});
    waybill.request().run(() -> observation("work").observe(() -> {}));

    assertThat(meters.get("work").tag("plan", KeyValue.NONE_VALUE).timer().count()).isEqualTo(2);
  }

  @Test
  void metrics_tellApartNoMoreValuesThanTheRuleSays() {
    for (int i = 0; i < 10; i++) {
      waybill.request().with(PLAN, "plan-" + i).run(() -> observation("work").observe(() -> {}));
    }
    waybill.request().with(PLAN, "plan-1").run(() -> observation("work").observe(() -> {}));

    assertThat(meters.get("work").tag("plan", "plan-0").timer().count()).isOne();
    assertThat(meters.get("work").tag("plan", "plan-1").timer().count()).isEqualTo(2);
    assertThat(meters.get("work").tag("plan", "_other").timer().count()).isEqualTo(8);
    assertThat(meters.get("work").timers()).hasSize(PLANS + 1);
  }

  @Test
  void lateIdentify_isShown() {
    waybill
        .request()
        .run(
            () -> observation("work").observe(() -> RequestScope.current().identify(USER, "anna")));

    assertThat(value(only().getHighCardinalityKeyValue("user.id")))
        .isEqualTo(Shown.HASHED.of("anna"));
  }

  @Test
  void whatTheApplicationSays_stays() {
    waybill
        .request()
        .with(USER, "anna")
        .with(PLAN, "gold")
        .run(
            () ->
                observation("work")
                    .lowCardinalityKeyValue("user.id", "theirs")
                    .highCardinalityKeyValue("plan", "theirs")
                    .observe(() -> {}));

    Observation.Context work = only();
    assertThat(value(work.getLowCardinalityKeyValue("user.id"))).isEqualTo("theirs");
    assertThat(work.getHighCardinalityKeyValue("user.id")).isNull();
    assertThat(value(work.getHighCardinalityKeyValue("plan"))).isEqualTo("theirs");
    assertThat(work.getLowCardinalityKeyValue("plan")).isNull();
  }

  @Test
  void observationStartedOutside_isOfTheRequestItIsFirstOpenedIn() {
    Observation work = observation("work").start();
    waybill.request().with(PLAN, "gold").run(() -> work.scoped(() -> {}));
    waybill.request().with(PLAN, "silver").run(() -> work.scoped(() -> {}));
    work.stop();

    assertThat(value(only().getLowCardinalityKeyValue("plan"))).isEqualTo("gold");
  }

  /** As in Spring, whose filter is outside of ours, and whose Security observes in between. */
  @Test
  void serverObservation_isOfTheRequestThatIsReceivedInside() {
    Observation batch = observation("batch").start();
    try (Observation.Scope unused = batch.openScope()) {
      server("anna", "gold");
      server("ben", "silver");
    }
    batch.stop();

    assertThat(meters.get("server").tag("plan", "gold").timer().count()).isOne();
    assertThat(meters.get("server").tag("plan", "silver").timer().count()).isOne();
    assertThat(meters.get("batch").tag("plan", KeyValue.NONE_VALUE).timer().count()).isOne();
  }

  private void server(String user, String plan) {
    ReceiverContext<Map<String, String>> received = new ReceiverContext<>(Map::get);
    Observation.createNotStarted("server", () -> received, registry)
        .observe(() -> observation("security").observe(() -> receive(user, plan)));
  }

  private void receive(String user, String plan) {
    Map<String, String> headers = Map.of("baggage", "user.id=" + user + ",plan=" + plan);
    waybill.receive(headers, Headers.GETTER, Peer.unverified(null, null), "GET", span -> {}).end();
  }

  private Observation observation(String name) {
    return Observation.createNotStarted(name, registry);
  }

  private Observation.Context only() {
    assertThat(stopped).hasSize(1);
    return stopped.element();
  }

  private static String value(@Nullable KeyValue keyValue) {
    assertThat(keyValue).isNotNull();
    return keyValue.getValue();
  }
}
