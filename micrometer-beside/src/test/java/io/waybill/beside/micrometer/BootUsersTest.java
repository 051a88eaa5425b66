package io.waybill.beside.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A small application of Spring Boot, with its tracing as it is by default, and many users at once.
 */
class BootUsersTest {
  private static final int USERS = 2000;
  // Those who wait for the others, and those who answer them.
  private static final int THREADS = USERS + 200;
  private static final AttributeKey<String> USER = AttributeKey.stringKey("user.id");

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(ByBoot.Micrometer.class)
  static class Application {
    private final CyclicBarrier all = new CyclicBarrier(USERS);

    @Bean
    Shown shown() {
      return new Shown();
    }

    @Bean
    Waybill waybill(OpenTelemetry openTelemetry, Leaf leaf) {
      return Fields.of(openTelemetry)
          .peers(peer -> TrustZone.OWN)
          .destination("http://127.0.0.1:" + leaf.port(), TrustZone.OWN)
          .build();
    }

    @Bean
    RestClient leafClient(RestClient.Builder builder, Waybill waybill) {
      HttpClient client = WaybillHttpClient.newBuilder(waybill).build();
      return builder.requestFactory(new JdkClientHttpRequestFactory(client)).build();
    }

    @Bean
    Work work(
        ObservationRegistry registry, AsyncTaskExecutor executor, RestClient client, Leaf leaf) {
      return new Work(registry, executor, client, leaf, all);
    }
  }

  /** The server that the application calls. */
  record Leaf(int port) {}

  @RestController
  static class Work {
    private final ObservationRegistry registry;
    private final AsyncTaskExecutor executor;
    private final RestClient client;
    private final Leaf leaf;
    private final CyclicBarrier all;

    Work(
        ObservationRegistry registry,
        AsyncTaskExecutor executor,
        RestClient client,
        Leaf leaf,
        CyclicBarrier all) {
      this.registry = registry;
      this.executor = executor;
      this.client = client;
      this.leaf = leaf;
      this.all = all;
    }

    @GetMapping("/work")
    String work() throws Exception {
      all.await(5, TimeUnit.MINUTES);
      return observe(
          () ->
              String.join(
                  ",",
                  Identities.seen(),
                  observe(Identities::seen),
                  executor.submit(() -> observe(Identities::seen)).get(),
                  Mono.fromCallable(Identities::seen)
                      .subscribeOn(Schedulers.parallel())
                      .map(seen -> observe(() -> seen.equals(Identities.seen()) ? seen : "mixed"))
                      .block(),
                  client
                      .get()
                      .uri("http://127.0.0.1:" + leaf.port() + "/who")
                      .retrieve()
                      .body(String.class)));
    }

    private <T, E extends Exception> T observe(Observation.CheckedCallable<T, E> task) throws E {
      return Observation.createNotStarted("work", registry).observeChecked(task);
    }
  }

  /** The users that the spans of each trace show. */
  static final class Shown implements SpanProcessor {
    private final Map<String, Set<String>> users = new ConcurrentHashMap<>();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      String user = span.getAttribute(USER);
      if (user != null) {
        users
            .computeIfAbsent(
                span.getSpanContext().getTraceId(), id -> ConcurrentHashMap.newKeySet())
            .add(user);
      }
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  @BeforeAll
  static void enable() {
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterAll
  static void disable() {
    Hooks.disableAutomaticContextPropagation();
  }

  @Test
  void users_atOnce_areNeverMixedUp() throws Exception {
    try (ByHand leaf = new ByHand(Around.OUTSIDE);
        ConfigurableApplicationContext application = start(leaf.port())) {
      URI work =
          URI.create(
              "http://127.0.0.1:"
                  + ((ServletWebServerApplicationContext) application).getWebServer().getPort()
                  + "/work");

      List<String> answers = askAtOnce(work);

      for (int i = 0; i < USERS; i++) {
        String seen = "u-" + i + " p-" + i;
        assertThat(answers.get(i)).isEqualTo(String.join(",", seen, seen, seen, seen, seen));
      }
      Map<String, Set<String>> shown = application.getBean(Shown.class).users;
      assertThat(shown).hasSize(USERS).allSatisfy((trace, users) -> assertThat(users).hasSize(1));
    }
  }

  private static ConfigurableApplicationContext start(int leaf) {
    return new SpringApplicationBuilder(Application.class)
        .initializers(context -> context.getBeanFactory().registerSingleton("leaf", new Leaf(leaf)))
        .properties(
            Map.of(
                "server.port", "0",
                "server.tomcat.threads.max", THREADS,
                "server.tomcat.accept-count", USERS,
                "spring.main.banner-mode", "off",
                "spring.task.execution.propagate-context", "true",
                "management.otlp.metrics.export.enabled", "false",
                "logging.level.root", "warn",
                "management.tracing.sampling.probability", "1.0"))
        .run();
  }

  private static List<String> askAtOnce(URI work) {
    HttpClient client = HttpClient.newHttpClient();
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(work)
              .version(HttpClient.Version.HTTP_1_1)
              .timeout(Duration.ofMinutes(5))
              .header("baggage", "user.id=u-" + i + ",plan=p-" + i)
              .build();
      asked.add(client.sendAsync(request, BodyHandlers.ofString()));
    }
    return asked.stream().map(answer -> answer.join().body()).toList();
  }
}
