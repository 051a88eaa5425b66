package io.waybill.micrometer;

import static io.waybill.micrometer.Observed.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Waybill's counters in a registry of Micrometer. */
class WaybillMetersTest {
  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();

  @Test
  void counters_areTheRegistrysToo() {
    SimpleMeterRegistry one = new SimpleMeterRegistry();
    SimpleMeterRegistry two = new SimpleMeterRegistry();
    send();
    WaybillMicrometer.meters(waybill).bindTo(one);
    WaybillMicrometer.meters(waybill).bindTo(one); // and is counted once all the same
    send();
    WaybillMicrometer.meters(waybill.withSpans(SpanMode.NEVER)).bindTo(two);
    send();

    assertThat(dropped(one)).isEqualTo(2 * dropped(two)).isPositive();
  }

  private void send() {
    waybill
        .request()
        .with(USER, "anna")
        .run(() -> waybill.send(Context.current(), Destination.of(URI.create("https://nobody/"))));
  }

  private static double dropped(SimpleMeterRegistry registry) {
    return registry.get("waybill.dropped").tag("waybill.border", "out").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
