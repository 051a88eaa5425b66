package io.waybill.spring.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.spring.OpensRequest;
import io.waybill.spring.Spans;
import io.waybill.spring.WaybillBuilderCustomizer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Methods that are requests, in a whole application with Micrometer Tracing. */
class OpensRequestTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final AttributeKey<String> USER_ID = AttributeKey.stringKey("user.id");

  private static ConfigurableApplicationContext application;
  private static Jobs jobs;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableScheduling
  @EnableAsync
  @Import(Spans.class)
  static class Application {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    WaybillBuilderCustomizer strict() {
      return builder -> builder.leakDetection(LeakDetection.STRICT);
    }

    @Bean
    Jobs jobs() {
      return new Jobs();
    }

    @Bean
    Ticks ticks() {
      return new Ticks();
    }
  }

  static class Jobs {
    @OpensRequest
    RequestScope plain() {
      RequestScope.current().identify(USER, "plain");
      return RequestScope.current();
    }

    @OpensRequest
    void fails() {
      throw new IllegalStateException("as asked");
    }

    @OpensRequest
    CompletableFuture<RequestScope> staged(CompletableFuture<Void> gate) {
      RequestScope scope = RequestScope.current();
      return gate.thenApply(
          nothing -> {
            scope.identify(USER, "staged");
            return scope;
          });
    }

    @OpensRequest
    Mono<RequestScope> mono() {
      RequestScope.current().identify(USER, "mono");
      return Mono.fromCallable(RequestScope::current).subscribeOn(Schedulers.boundedElastic());
    }

    @OpensRequest
    Flux<RequestScope> flux() {
      return Flux.range(0, 3)
          .publishOn(Schedulers.parallel())
          .map(
              n -> {
                RequestScope.current().identify(USER, "flux");
                return RequestScope.current();
              });
    }

    @OpensRequest
    Mono<String> throwing() {
      throw new IllegalStateException("as asked");
    }

    @Async
    @OpensRequest
    CompletableFuture<RequestScope> async() {
      return CompletableFuture.completedFuture(RequestScope.current());
    }

    String notAnnotated() {
      return String.valueOf(RequestScope.currentOrNull());
    }
  }

  @OpensRequest
  static class Ticks {
    private static final BlockingQueue<RequestScope> TICKS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<RequestScope> REACTIVE = new LinkedBlockingQueue<>();

    @Scheduled(fixedDelay = 20)
    void tick() {
      RequestScope.current().identify(USER, "tick");
      TICKS.add(RequestScope.current());
    }

    @Scheduled(fixedDelay = 20)
    Mono<Void> reactiveTick() {
      return Mono.fromRunnable(() -> REACTIVE.add(RequestScope.current()));
    }
  }

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties(Spans.PROPERTIES)
            .run();
    jobs = application.getBean(Jobs.class);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(RequestScope.currentOrNull()).isNull();
  }

  private static Waybill waybill() {
    return application.getBean(Waybill.class);
  }

  private static SpanData span(String name) throws InterruptedException {
    Spans spans = application.getBean(Spans.class);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) { // Jobs go on making others.
      for (SpanData span : spans.await(1)) {
        if (span.getName().equals(name)) {
          return span;
        }
      }
    }
    throw new AssertionError("no span " + name);
  }

  @Test
  void method_isRequest() throws Exception {
    RequestScope scope = jobs.plain();
    assertThat(scope.isEnded()).isTrue();
    assertThat(scope.get(USER)).isEqualTo("plain");
    assertThat(span("Jobs.plain").getAttributes().get(USER_ID)).isEqualTo("plain");
    assertThat(jobs.notAnnotated()).isEqualTo("null");
  }

  @Test
  void insideRequest_isNewOne() throws Exception {
    waybill()
        .request()
        .with(USER, "outer")
        .run(
            () -> {
              RequestScope inner = jobs.plain();
              assertThat(inner.get(USER)).isEqualTo("plain");
              assertThat(inner.get(BaggageField.REQUEST_ID))
                  .isNotEqualTo(RequestScope.current().get(BaggageField.REQUEST_ID));
              assertThat(RequestScope.current().get(USER)).isEqualTo("outer");
            });
  }

  @Test
  void failure_isThrown_andShown() throws Exception {
    assertThatThrownBy(jobs::fails).isInstanceOf(IllegalStateException.class);
    SpanData span = span("Jobs.fails");
    assertThat(span.getStatus()).isEqualTo(StatusData.error());
    assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void stage_endsRequest() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    CompletableFuture<RequestScope> done = jobs.staged(gate);
    assertThat(done).isNotDone();
    gate.complete(null);
    assertThat(done.get().isEnded()).isTrue();
    assertThat(span("Jobs.staged").getAttributes().get(USER_ID)).isEqualTo("staged");

    CompletableFuture<RequestScope> failed =
        jobs.staged(CompletableFuture.failedFuture(new IllegalStateException("as asked")));
    assertThatThrownBy(failed::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void publisher_isRequestPerSubscription() throws Exception {
    Mono<RequestScope> mono = jobs.mono();
    RequestScope first = mono.block();
    RequestScope second = mono.block();
    assertThat(first).isNotNull();
    assertThat(second).isNotNull();
    assertThat(first.get(USER)).isEqualTo("mono");
    assertThat(first.get(BaggageField.REQUEST_ID))
        .isNotEqualTo(second.get(BaggageField.REQUEST_ID));
    assertThat(first.isEnded()).isTrue();

    List<RequestScope> many = jobs.flux().collectList().block();
    assertThat(many).hasSize(3).allSatisfy(one -> assertThat(one.isEnded()).isTrue());
    assertThat(jobs.flux().blockFirst().isEnded()).isTrue(); // which cancels
    assertThatThrownBy(() -> jobs.throwing().block()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void async_isOutside() throws Exception {
    RequestScope scope =
        waybill().request().with(USER, "outer").call(() -> jobs.async()).get(30, TimeUnit.SECONDS);
    assertThat(scope.get(USER)).isNull();
    assertThat(scope.isEnded()).isTrue();
  }

  @Test
  void scheduled_isRequestPerRun_onTheSpanOfItsObservation() throws Exception {
    RequestScope first = Ticks.TICKS.poll(30, TimeUnit.SECONDS);
    RequestScope second = Ticks.TICKS.poll(30, TimeUnit.SECONDS);
    assertThat(first.get(USER)).isEqualTo("tick");
    assertThat(first.get(BaggageField.REQUEST_ID))
        .isNotEqualTo(second.get(BaggageField.REQUEST_ID));
    assertThat(first.isEnded()).isTrue();
    SpanData span = span("task ticks.tick");
    assertThat(span.getAttributes().get(USER_ID)).isEqualTo("tick");

    RequestScope reactive = Ticks.REACTIVE.poll(30, TimeUnit.SECONDS);
    RequestScope next = Ticks.REACTIVE.poll(30, TimeUnit.SECONDS);
    assertThat(reactive.get(BaggageField.REQUEST_ID))
        .isNotEqualTo(next.get(BaggageField.REQUEST_ID));
    assertThat(reactive.isEnded()).isTrue();
  }

  @Test
  void disabled_isAsWithoutUs() {
    try (var off =
        new SpringApplicationBuilder(Off.class)
            .web(WebApplicationType.NONE)
            .properties(Spans.PROPERTIES)
            .properties(Map.of("waybill.enabled", "false"))
            .run()) {
      assertThat(off.getBean(Off.Job.class).current()).isNull();
      assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Off {
    @Bean
    Job job() {
      return new Job();
    }

    static class Job {
      @OpensRequest
      RequestScope current() {
        return RequestScope.currentOrNull();
      }
    }
  }
}
