package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Names Waybill to OpenTelemetry: the instrumentation scope of its spans and metrics. */
public final class Instrumentation {
  private static final String NAME = "io.waybill";
  // The semantic conventions that our attributes follow.
  private static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.45.0";
  private static final String VERSION = version();

  private Instrumentation() {}

  /** Returns the tracer of all spans that Waybill starts. */
  public static Tracer tracer(OpenTelemetry openTelemetry) {
    return openTelemetry
        .getTracerProvider()
        .tracerBuilder(NAME)
        .setInstrumentationVersion(VERSION)
        .setSchemaUrl(SCHEMA_URL)
        .build();
  }

  static Meter meter(MeterProvider meters) {
    return meters
        .meterBuilder(NAME)
        .setInstrumentationVersion(VERSION)
        .setSchemaUrl(SCHEMA_URL)
        .build();
  }

  /** Not from the manifest, which is missing where classes are not run from the jar. */
  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Instrumentation.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return properties.getProperty("version");
  }
}
