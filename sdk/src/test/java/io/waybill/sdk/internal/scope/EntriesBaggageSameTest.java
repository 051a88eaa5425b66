package io.waybill.sdk.internal.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import org.junit.jupiter.api.Test;

/** A storage may copy what lies in a Context: content decides whether it is ours. */
class EntriesBaggageSameTest {
  private static final Baggage ONE =
      Baggage.builder()
          .put("plan", "FREE", BaggageEntryMetadata.create("ttl=1"))
          .put("locale", "ko")
          .build();

  @Test
  void isSame_copy() {
    assertThat(EntriesBaggage.isSame(ONE, ONE.toBuilder().build())).isTrue();
  }

  @Test
  void isSame_moreLessOrOther() {
    assertThat(EntriesBaggage.isSame(ONE, ONE.toBuilder().put("more", "1").build())).isFalse();
    assertThat(EntriesBaggage.isSame(ONE, ONE.toBuilder().remove("locale").build())).isFalse();
    assertThat(EntriesBaggage.isSame(ONE, ONE.toBuilder().put("locale", "fr").build())).isFalse();
  }

  @Test
  void isSame_otherMetadata() {
    assertThat(EntriesBaggage.isSame(ONE, ONE.toBuilder().put("plan", "FREE").build())).isFalse();
  }
}
