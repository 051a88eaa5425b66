package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our header read by OpenTelemetry's own propagator, and its header read by us. */
class OpenTelemetryInteropTest {
  private static final int RUNS = 2_000;
  private static final W3CBaggagePropagator PLAIN = W3CBaggagePropagator.getInstance();

  @Tag("newest-opentelemetry")
  @Test
  void format_plainPropagatorReadsTheSameEntries() {
    for (int seed = 0; seed < RUNS; seed++) {
      RandomText random = new RandomText(seed);
      Map<String, String> values = new LinkedHashMap<>();
      BaggageFormatter formatter = Wire.formatter();
      for (int i = random.upTo(70); i > 0; i--) {
        String name = random.name();
        String value = random.value(20);
        if (!values.containsKey(name) && formatter.add(name, value, "")) {
          values.put(name, value);
        }
      }

      assertThat(values(extract(formatter.text()))).as("seed %s", seed).isEqualTo(values);
    }
  }

  @Tag("newest-opentelemetry")
  @Test
  void format_plainPropagatorReadsTheSameProperties() {
    Baggage baggage = extract("user.id=u-17;p;q=%2C;p,plan=gold");

    assertThat(Objects.requireNonNull(baggage.getEntry("user.id")).getMetadata().getValue())
        .isEqualTo("p;q=%2C;p");
  }

  @Test
  void parse_readsWhatThePlainPropagatorSends() {
    for (int seed = 0; seed < RUNS; seed++) {
      RandomText random = new RandomText(seed);
      BaggageBuilder baggage = Baggage.builder();
      for (int i = random.upTo(20); i > 0; i--) {
        baggage.put(random.name(), "v" + random.value(20), BaggageEntryMetadata.empty());
      }
      Map<String, String> carrier = new HashMap<>();
      PLAIN.inject(Context.root().with(baggage.build()), carrier, Map::put);
      Members members = Wire.parse(carrier.getOrDefault("baggage", ""));

      Map<String, String> read = new HashMap<>();
      for (int i = 0; i < members.size(); i++) {
        read.put(members.name(i), members.value(i));
      }
      assertThat(read).as("seed %s", seed).isEqualTo(values(baggage.build()));
    }
  }

  private static Baggage extract(@Nullable String header) {
    List<String> lines = header == null ? List.of() : List.of(header);
    return Baggage.fromContext(PLAIN.extract(Context.root(), lines, Getter.INSTANCE));
  }

  private static Map<String, String> values(Baggage baggage) {
    Map<String, String> values = new HashMap<>();
    baggage.forEach((name, entry) -> values.put(name, entry.getValue()));
    return values;
  }

  private enum Getter implements TextMapGetter<List<String>> {
    INSTANCE;

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(List<String> carrier) {
      return List.of("baggage");
    }

    @Override
    public @Nullable String get(@Nullable List<String> carrier, String name) {
      return carrier == null || carrier.isEmpty() ? null : carrier.get(0);
    }
  }
}
