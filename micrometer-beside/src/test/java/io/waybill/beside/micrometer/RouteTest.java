package io.waybill.beside.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The spans of the servlet filter in front of Spring MVC, which has one servlet for all paths. */
class RouteTest {
  private static final BlockingQueue<SpanData> SPANS = new LinkedBlockingQueue<>();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static ConfigurableApplicationContext application;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    FilterRegistrationBean<WaybillFilter> waybill() {
      SdkTracerProvider tracers = SdkTracerProvider.builder().addSpanProcessor(new Ended()).build();
      OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder().setTracerProvider(tracers).build();
      FilterRegistrationBean<WaybillFilter> filter =
          new FilterRegistrationBean<>(WaybillFilter.of(Waybill.builder(telemetry).build()));
      filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
      return filter;
    }

    @RestController
    static class Orders {
      @GetMapping("/orders/{id}")
      String order(@PathVariable("id") String id) {
        return id;
      }

      @GetMapping("/orders/{id}/later")
      Callable<String> later(@PathVariable("id") String id) {
        return () -> id;
      }

      @GetMapping("/orders/{id}/broken")
      String broken(@PathVariable("id") String id) {
        throw new IllegalStateException("expected");
      }
    }
  }

  private static final class Ended implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      SPANS.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                Map.of(
                    "server.port", "0",
                    "spring.main.banner-mode", "off",
                    "logging.level.root", "off",
                    "management.tracing.export.enabled", "false",
                    "management.otlp.metrics.export.enabled", "false"))
            .run();
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    SPANS.clear();
  }

  @ParameterizedTest
  @CsvSource({
    "/orders/17, 200, /orders/{id}",
    "/orders/17/later, 200, /orders/{id}/later",
    "/orders/17/broken, 500, /orders/{id}/broken"
  })
  void route_isTheHandlers(String path, int status, String route) throws Exception {
    int port = ((ServletWebServerApplicationContext) application).getWebServer().getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + path);

    int answered =
        CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();

    assertThat(answered).isEqualTo(status);
    SpanData span = SPANS.poll(30, TimeUnit.SECONDS); // The client may have its answer before.
    assertThat(span).isNotNull();
    assertThat(SPANS).isEmpty();
    assertThat(span.getName()).isEqualTo("GET " + route);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("http.route"))).isEqualTo(route);
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(status);
  }
}
