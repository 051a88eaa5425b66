package io.waybill.opentelemetry.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By name in the properties of the autoconfigured SDK, without what its YAML needs. */
class AutoconfigureTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final AttributeKey<String> SHOWN = AttributeKey.stringKey("user.id");

  private final Map<String, String> properties =
      new HashMap<>(
          Map.of(
              "otel.traces.exporter", "none",
              "otel.metrics.exporter", "none",
              "otel.logs.exporter", "none",
              "otel.propagators", "tracecontext,waybill",
              "waybill.identities", "user.id"));
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
  private final List<OpenTelemetrySdk> opened = new ArrayList<>();
  private final Warned warned = new Warned();

  private static final class Warned extends Handler {
    private final List<String> messages = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      messages.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("io.waybill").addHandler(warned);
  }

  @AfterEach
  void close() {
    Logger.getLogger("io.waybill").removeHandler(warned);
    opened.forEach(OpenTelemetrySdk::close);
  }

  private OpenTelemetrySdk openTelemetry() {
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> properties)
            .addTracerProviderCustomizer(
                (builder, config) -> builder.addSpanProcessor(SimpleSpanProcessor.create(spans)))
            .addLoggerProviderCustomizer(
                (builder, config) ->
                    builder.addLogRecordProcessor(SimpleLogRecordProcessor.create(logs)))
            .build()
            .getOpenTelemetrySdk();
    opened.add(sdk);
    return sdk;
  }

  private void work(OpenTelemetrySdk openTelemetry) {
    Waybill.configured(openTelemetry)
        .carry(USER)
        .build()
        .request()
        .with(USER, "anna")
        .run(
            () -> {
              openTelemetry.getTracer("test").spanBuilder("work").startSpan().end();
              openTelemetry.getLogsBridge().get("test").logRecordBuilder().emit();
            });
  }

  @Test
  void named_isOnSpansAndLogRecords() {
    work(openTelemetry());

    assertThat(spans.getFinishedSpanItems().get(0).getAttributes().get(SHOWN)).isEqualTo("anna");
    assertThat(logs.getFinishedLogRecordItems().get(0).getAttributes().get(SHOWN))
        .isEqualTo("anna");
    assertThat(warned.messages).isEmpty();
  }

  @Test
  void settings_ofFields_holdOnSpans() {
    properties.put("waybill.fields.user.id.show", "hidden");
    work(openTelemetry());

    assertThat(spans.getFinishedSpanItems().get(0).getAttributes().get(SHOWN)).isNull();
  }

  @Test
  void notNamed_doesNothing() {
    properties.remove("otel.propagators");
    OpenTelemetrySdk plain = openTelemetry();
    Waybill.builder(plain)
        .carry(USER)
        .build()
        .request()
        .with(USER, "anna")
        .run(() -> plain.getTracer("test").spanBuilder("work").startSpan().end());

    assertThat(spans.getFinishedSpanItems().get(0).getAttributes().get(SHOWN)).isNull();
    assertThatThrownBy(() -> Waybill.configured(plain)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void baggage_besideIt_isLeftOut_andThatIsSaid() {
    properties.put("otel.propagators", "tracecontext,baggage,waybill");
    OpenTelemetrySdk openTelemetry = openTelemetry();
    work(openTelemetry);

    Map<String, String> sent = new HashMap<>();
    openTelemetry
        .getPropagators()
        .getTextMapPropagator()
        .inject(
            Context.root().with(Baggage.builder().put("user.id", "anna").build()), sent, Map::put);
    assertThat(sent).isEmpty();
    assertThat(warned.messages)
        .singleElement()
        .asString()
        .contains("otel.propagators: baggage is left out, since waybill takes its place");
  }

  @Test
  void wrong_endsTheStart_andSaysWhy() {
    properties.put("waybill.peers", "dns:a=owm");

    assertThatThrownBy(this::openTelemetry)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("waybill.peers: \"dns:a=owm\" (expected: dns:NAME,");
  }
}
