package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import org.junit.jupiter.api.Test;

/** An operation that set-up skips is in nobody's request. */
class SkippedTest {
  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).skip("/health"::equals).skip("/ready"::equals).build();

  @Test
  void skipped_isWhatEarlierCallsNamedToo() {
    assertThat(waybill.skipped("/health")).isNotNull();
    assertThat(waybill.skipped("/ready")).isNotNull();
    assertThat(waybill.skipped("/orders")).isNull();
  }

  /** Somebody further out has read it of a stranger. */
  @Test
  void skipped_hasNoBaggage() {
    Baggage strangers = Baggage.builder().put("user.id", "admin").build();
    try (Scope ignored = Context.current().with(strangers).makeCurrent()) {
      assertThat(Baggage.fromContext(waybill.skipped("/health")).isEmpty()).isTrue();
    }
  }

  @Test
  void skipped_isInNoRequest() {
    waybill
        .request()
        .with(Fixture.USER, "u-1")
        .run(
            () -> {
              Context outside = waybill.skipped("/health");
              assertThat(RequestScope.fromContextOrNull(outside)).isNull();
              assertThat(Baggage.fromContext(outside).isEmpty()).isTrue();
            });
  }
}
