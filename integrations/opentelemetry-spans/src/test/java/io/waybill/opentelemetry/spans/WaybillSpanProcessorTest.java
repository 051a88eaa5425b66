package io.waybill.opentelemetry.spans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaybillSpanProcessorTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<Long> TARIFF =
      BaggageField.attribute("tariff", FieldCodec.int64());
  private static final BaggageField<String> UNDECLARED =
      BaggageField.attribute("undeclared", FieldCodec.string());
  private static final AttributeKey<String> USER_KEY = AttributeKey.stringKey("user.id");
  private static final AttributeKey<String> TARIFF_KEY = AttributeKey.stringKey("tariff");

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk openTelemetry = sdk(WaybillSpanProcessor.create());
  private final Waybill waybill = Waybill.builder(openTelemetry).carry(USER).carry(TARIFF).build();

  private OpenTelemetrySdk sdk(WaybillSpanProcessor processor) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(processor)
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build())
        .build();
  }

  @AfterEach
  void close() {
    openTelemetry.close();
  }

  @Test
  void span_hasAllDeclaredFieldsOfItsRequest() {
    waybill.request().with(USER, "u-1").with(TARIFF, 7L).run(this::span);

    assertThat(attributes().get(USER_KEY)).isEqualTo("u-1");
    assertThat(attributes().get(TARIFF_KEY)).isEqualTo("7");
    assertThat(attributes().get(AttributeKey.stringKey("request.id"))).isNotEmpty();
  }

  @Test
  void span_ofEachKind() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              for (SpanKind kind : SpanKind.values()) {
                tracer().spanBuilder("any").setSpanKind(kind).startSpan().end();
              }
            });

    assertThat(exporter.getFinishedSpanItems())
        .hasSize(SpanKind.values().length)
        .allSatisfy(span -> assertThat(span.getAttributes().get(USER_KEY)).isEqualTo("u-1"));
  }

  @Test
  void span_ofNoRequest() {
    span();

    assertThat(attributes().isEmpty()).isTrue();
  }

  /** The parent that the span is given, and not what happens to be current. */
  @Test
  void span_ofAnotherRequestThanTheCurrent() {
    Context other = waybill.request().with(USER, "u-2").call(Context::current);
    waybill
        .request()
        .with(USER, "u-1")
        .run(() -> tracer().spanBuilder("any").setParent(other).startSpan().end());

    assertThat(attributes().get(USER_KEY)).isEqualTo("u-2");
  }

  @Test
  void span_startedAfterIdentify() {
    waybill
        .request()
        .run(
            () -> {
              Span before = tracer().spanBuilder("before").startSpan();
              RequestScope.current().identify(USER, "u-1");
              span();
              before.end();
            });

    assertThat(exporter.getFinishedSpanItems())
        .extracting(span -> span.getAttributes().get(USER_KEY))
        .containsExactly("u-1", null);
  }

  @Test
  void span_inAPartOfTheRequest() {
    waybill
        .request()
        .with(TARIFF, 7L)
        .run(() -> RequestScope.current().with(TARIFF, 8L).run(this::span));

    assertThat(attributes().get(TARIFF_KEY)).isEqualTo("8");
  }

  @Test
  void create_someFieldsUnderOtherNames() {
    WaybillSpanProcessor renaming =
        WaybillSpanProcessor.create(ScopeFields.of(UNDECLARED).as(USER, "enduser.id"));
    try (OpenTelemetrySdk other = sdk(renaming)) {
      Tracer tracer = other.getTracer("test");
      waybill
          .request()
          .with(USER, "u-1")
          .with(TARIFF, 7L)
          .run(() -> tracer.spanBuilder("any").startSpan().end());

      assertThat(attributes().asMap())
          .isEqualTo(Map.of(AttributeKey.stringKey("enduser.id"), "u-1"));
    }
  }

  @Test
  void declared_hasNoOtherNames() {
    assertThatThrownBy(() -> ScopeFields.declared().as(USER, "enduser.id"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected: ScopeFields.of(..)");
  }

  private Tracer tracer() {
    return openTelemetry.getTracer("test");
  }

  private void span() {
    tracer().spanBuilder("any").startSpan().end();
  }

  private Attributes attributes() {
    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
    return exporter.getFinishedSpanItems().get(0).getAttributes();
  }
}
