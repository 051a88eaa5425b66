package io.waybill.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How HTTP calls look as spans, by the conventions. */
class HttpSpansTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();

  @AfterEach
  void close() {
    sdk.close();
  }

  private SpanData span(Consumer<SpanBuilder> described, Consumer<Span> answered) {
    SpanBuilder builder = sdk.getTracer("test").spanBuilder("any");
    described.accept(builder);
    Span span = builder.startSpan();
    answered.accept(span);
    span.end();
    return exporter.getFinishedSpanItems().get(0);
  }

  private static Object value(SpanData span, String name) {
    Attributes attributes = span.getAttributes();
    return attributes.asMap().entrySet().stream()
        .filter(each -> each.getKey().getKey().equals(name))
        .map(each -> each.getValue())
        .findFirst()
        .orElse(null);
  }

  @ParameterizedTest
  @CsvSource({"GET, GET, GET,", "get, HTTP, _OTHER, get", "BREW, HTTP, _OTHER, BREW"})
  void method_unknownIsOther(String method, String name, String shown, String original) {
    SpanData span =
        span(
            builder ->
                HttpClientSpan.describe(
                    builder, method, HttpTarget.of(URI.create("http://a.example")), 0),
            answered -> {});

    assertThat(HttpClientSpan.name(method)).isEqualTo(name);
    assertThat(HttpServerSpan.name(method, null)).isEqualTo(name);
    assertThat(value(span, "http.request.method")).isEqualTo(shown);
    assertThat(value(span, "http.request.method_original")).isEqualTo(original);
  }

  @Test
  void client_describesTheServer() {
    HttpTarget target = HttpTarget.of(URI.create("https://Orders.Shop.Internal/a?b=c"));
    SpanData span =
        span(
            builder -> HttpClientSpan.describe(builder, "GET", target, 2),
            answered -> HttpClientSpan.answered(answered, 404));

    assertThat(value(span, "url.full")).isEqualTo("https://Orders.Shop.Internal/a?b=c");
    assertThat(value(span, "server.address")).isEqualTo("orders.shop.internal");
    assertThat(value(span, "server.port")).isEqualTo(443L);
    assertThat(value(span, "http.request.resend_count")).isEqualTo(2L);
    assertThat(value(span, "error.type")).isEqualTo("404");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void client_failure_isShownByItsClass() {
    SpanData span =
        span(
            builder -> {},
            answered ->
                HttpClientSpan.failed(
                    answered, new CompletionException(new IOException("a secret"))));

    assertThat(value(span, "error.type")).isEqualTo("java.io.IOException");
    assertThat(span.toString()).doesNotContain("a secret");
  }

  @ParameterizedTest
  @CsvSource({
    "200, false,",
    "404, false,",
    "503, false, 503",
    "500, true, java.lang.IllegalStateException",
    "200, true, java.lang.IllegalStateException"
  })
  void server_answer(int status, boolean fails, String error) {
    Throwable failure = fails ? new IllegalStateException("a secret") : null;
    SpanData span =
        span(
            builder ->
                HttpServerSpan.describe(
                    builder, "GET", "http", "/a", "b=c", "a.example", 80, "/{id}"),
            answered -> HttpServerSpan.answered(answered, status, failure));

    assertThat(HttpServerSpan.name("GET", "/{id}")).isEqualTo("GET /{id}");
    assertThat(value(span, "http.route")).isEqualTo("/{id}");
    assertThat(value(span, "url.query")).isEqualTo("b=c");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(status);
    assertThat(value(span, "error.type")).isEqualTo(error);
  }
}
