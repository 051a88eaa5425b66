package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A carrier that is one hop of a redirect, whatever the call was for. */
class HopTest {
  private static final String FOLLOWS = "io.opentelemetry.java-http-client";

  private final Fixture fixture = new Fixture();
  private final OpenTelemetrySdk telemetry = fixture.telemetry();
  private final Waybill waybill = fixture.service(telemetry).build();

  @ParameterizedTest
  @CsvSource({
    "http://own.internal/orders, true",
    "http://own.internal:80/orders, true",
    "http://OWN.internal:80/, true",
    "http://own.internal:81/, false",
    "https://own.internal:80/, false",
    "http://own.internal.evil.example:80/, false",
    "http://own.internal:80@evil.example/, false",
    "http://evil.example/?http://own.internal:80/, false"
  })
  void hop_isDecidedByItsUri(URI uri, boolean own) {
    InstrumentedCalls.install(telemetry, waybill);
    Context caller = waybill.request().with(Fixture.USER, "u-1").call(Context::current);
    for (Context context :
        List.of(
            InstrumentedCalls.calling(caller, Fixture.OWN, FOLLOWS, false),
            InstrumentedCalls.calling(caller, Fixture.UNKNOWN, FOLLOWS, false),
            caller)) {
      Map<String, String> written = new HashMap<>();
      telemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(
              context,
              Map.entry("io.waybill.hop/1", uri),
              (hop, name, value) -> written.put(name, value));

      assertThat(written.containsKey("baggage")).isEqualTo(own);
    }
  }
}
