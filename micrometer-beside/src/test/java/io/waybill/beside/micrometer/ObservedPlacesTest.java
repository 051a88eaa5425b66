package io.waybill.beside.micrometer;

import static io.waybill.beside.micrometer.Identities.PLAN;
import static io.waybill.beside.micrometer.Identities.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Every place at which Micrometer opens its scopes, for each kind of request, with observations
 * outside and inside: each shows the request that runs.
 */
class ObservedPlacesTest {

  /** How Micrometer is set up. */
  enum Wiring {
    BY_HAND,
    /** As Boot has it: plain baggage is sent to everybody, so nothing of ours lies there. */
    BOOT,
    BOOT_WITHOUT_BAGGAGE;

    Company open(Around around) {
      return this == BY_HAND ? new ByHand(around) : new ByBoot(around, this == BOOT);
    }
  }

  /** What a request is when a place is reached, and what is to be seen there. */
  enum Request {
    REQUEST("anna gold"),
    IN_REQUEST("ben null"),
    WITH("ben silver"),
    LATE("anna gold");

    final String expected;

    Request(String expected) {
      this.expected = expected;
    }

    String run(Waybill waybill, Company company, Around around, Supplier<String> place) {
      Supplier<String> inside = around.isInside() ? () -> company.observe("inside", place) : place;
      Supplier<String> all = () -> open(waybill, company, inside);
      return around.isOutside() ? company.observe("outside", all) : all.get();
    }

    private String open(Waybill waybill, Company company, Supplier<String> inside) {
      return switch (this) {
        case REQUEST -> waybill.request().with(USER, "anna").with(PLAN, "gold").call(inside::get);
        case IN_REQUEST ->
            waybill
                .request()
                .with(USER, "anna")
                .with(PLAN, "gold")
                .call(
                    () ->
                        company.observe(
                            "between",
                            () -> waybill.request().with(USER, "ben").call(inside::get)));
        case WITH ->
            waybill
                .request()
                .with(USER, "anna")
                .with(PLAN, "gold")
                .call(
                    () ->
                        company.observe(
                            "between",
                            () ->
                                RequestScope.current()
                                    .with(USER, "ben")
                                    .with(PLAN, "silver")
                                    .call(inside::get)));
        case LATE ->
            waybill
                .request()
                .with(PLAN, "gold")
                .call(
                    () ->
                        company.observe(
                            "between",
                            () -> {
                              RequestScope.current().identify(USER, "anna");
                              return inside.get();
                            }));
      };
    }
  }

  /** Where Micrometer opens a scope. */
  enum Place {
    NESTED {
      @Override
      String seen(ObservedPlacesTest test) {
        return test.company.observe("nested", Identities::seen);
      }
    },
    SNAPSHOT {
      @Override
      String seen(ObservedPlacesTest test) throws Exception {
        return POOL.submit(
                SNAPSHOTS.captureAll().wrap(() -> test.company.observe("there", Identities::seen)))
            .get();
      }
    },
    REACTIVE_HOP {
      @Override
      String seen(ObservedPlacesTest test) {
        return Mono.fromCallable(Identities::seen)
            .subscribeOn(Schedulers.fromExecutorService(POOL))
            .filter(seen -> seen.equals(test.company.observe("there", Identities::seen)))
            .block();
      }
    },
    MICROMETERS_EXECUTOR {
      @Override
      String seen(ObservedPlacesTest test) throws Exception {
        return ContextExecutorService.wrap(POOL, SNAPSHOTS)
            .submit(() -> test.company.observe("there", Identities::seen))
            .get();
      }
    },
    TRACERS_EXECUTOR {
      @Override
      String seen(ObservedPlacesTest test) throws Exception {
        return test.company
            .tracer()
            .currentTraceContext()
            .wrap(POOL)
            .submit(() -> test.company.observe("there", Identities::seen))
            .get();
      }
    },
    OUR_EXECUTOR {
      @Override
      String seen(ObservedPlacesTest test) throws Exception {
        return ContextExecutors.wrap(POOL)
            .submit(() -> test.company.observe("there", Identities::seen))
            .get();
      }
    },
    WITH_SPAN {
      @Override
      String seen(ObservedPlacesTest test) {
        try (Tracer.SpanInScope unused = test.company.tracer().withSpan(test.older)) {
          return test.company.observe("there", Identities::seen);
        }
      }
    },
    GRPC {
      @Override
      String seen(ObservedPlacesTest test) {
        return test.talk.who();
      }
    },
    SERVLET {
      @Override
      String seen(ObservedPlacesTest test) throws Exception {
        return test.http
            .send(HttpRequest.newBuilder(test.who()).build(), BodyHandlers.ofString())
            .body();
      }
    },
    REST_CLIENT {
      @Override
      String seen(ObservedPlacesTest test) {
        return RestClient.builder()
            .observationRegistry(test.company.registry())
            .requestFactory(new JdkClientHttpRequestFactory(test.http))
            .build()
            .get()
            .uri(test.who())
            .retrieve()
            .body(String.class);
      }
    },
    WEB_CLIENT {
      @Override
      String seen(ObservedPlacesTest test) {
        return WebClient.builder()
            .observationRegistry(test.company.registry())
            .clientConnector(new JdkClientHttpConnector(test.http))
            .build()
            .get()
            .uri(test.who())
            .retrieve()
            .bodyToMono(String.class)
            .block();
      }
    };

    abstract String seen(ObservedPlacesTest test) throws Exception;

    String seenIn(ObservedPlacesTest test) {
      try {
        return seen(test);
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();
  private static final int THREADS = 3;
  private static final ExecutorService POOL = Executors.newFixedThreadPool(THREADS);
  private static final Map<Wiring, Map<Around, ObservedPlacesTest>> ALL =
      new EnumMap<>(Wiring.class);

  private Company company;
  private Talk talk;
  private Waybill waybill;
  private HttpClient http;
  private Span older;

  private URI who() {
    return URI.create("http://127.0.0.1:" + company.port() + "/who");
  }

  @BeforeAll
  static void open() throws Exception {
    Hooks.enableAutomaticContextPropagation();
    for (Wiring wiring : Wiring.values()) {
      Map<Around, ObservedPlacesTest> opened = new EnumMap<>(Around.class);
      for (Around around : Around.values()) {
        ObservedPlacesTest test = new ObservedPlacesTest();
        test.open(wiring, around);
        opened.put(around, test);
      }
      ALL.put(wiring, opened);
    }
  }

  private void open(Wiring wiring, Around around) throws Exception {
    company = wiring.open(around);
    talk = new Talk(company, around);
    waybill =
        Fields.of(openTelemetry())
            .destination("http://127.0.0.1:" + company.port(), TrustZone.OWN)
            .destination("grpc://127.0.0.1:" + talk.port(), TrustZone.OWN)
            .build();
    http = WaybillHttpClient.newBuilder(waybill).build();
    older = company.tracer().nextSpan().name("older").start();
  }

  private OpenTelemetry openTelemetry() {
    return company instanceof ByBoot boot ? boot.openTelemetry() : OpenTelemetry.noop();
  }

  @AfterAll
  static void close() throws Exception {
    Hooks.disableAutomaticContextPropagation();
    for (Map<Around, ObservedPlacesTest> opened : ALL.values()) {
      for (ObservedPlacesTest test : opened.values()) {
        test.older.end();
        test.talk.close();
        test.company.close();
      }
    }
    for (int i = 0; i < THREADS; i++) {
      assertThat(POOL.submit(Context::current).get()).isSameAs(Context.root());
    }
    POOL.shutdown();
    assertThat(POOL.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (Wiring wiring : Wiring.values()) {
      for (Around around : Around.values()) {
        for (Place place : Place.values()) {
          for (Request request : Request.values()) {
            all.add(Arguments.of(wiring, around, place, request));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void place_showsTheRequestThatRuns(Wiring wiring, Around around, Place place, Request request) {
    ObservedPlacesTest test = ALL.get(wiring).get(around);
    Context before = Context.current();

    String seen = request.run(test.waybill, test.company, around, () -> place.seenIn(test));

    assertThat(seen).isEqualTo(request.expected);
    assertThat(Context.current()).isSameAs(before);
  }
}
