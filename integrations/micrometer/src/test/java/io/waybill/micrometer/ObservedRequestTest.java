package io.waybill.micrometer;

import static io.waybill.micrometer.Observed.PLAN;
import static io.waybill.micrometer.Observed.TENANT;
import static io.waybill.micrometer.Observed.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.BaggageInScope;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What scopes of Micrometer show of the request that runs, whatever is stored with the span. */
class ObservedRequestTest {
  private final Observed observed = new Observed();

  @Test
  void request_isSeenInANestedObservation() {
    outer(() -> request("anna", () -> inner(() -> assertThat(Observed.user()).isEqualTo("anna"))));

    assertThat(observed.shown("inner", USER)).isEqualTo("anna");
    assertThat(observed.shown("outer", USER)).isNull();
  }

  @Test
  void requestInARequest_isNotTheOuterOne() {
    observed
        .waybill
        .request()
        .with(USER, "anna")
        .with(TENANT, "acme")
        .with(PLAN, "gold")
        .run(
            () ->
                outer(
                    () ->
                        request(
                            "ben",
                            () ->
                                inner(
                                    () -> {
                                      assertThat(Observed.user()).isEqualTo("ben");
                                      assertThat(RequestScope.current().get(TENANT)).isNull();
                                      assertThat(Observed.plan()).isNull();
                                      assertThat(Baggage.current().getEntryValue("user.id"))
                                          .isEqualTo("ben");
                                      assertThat(Baggage.current().getEntry("plan")).isNull();
                                    }))));

    assertThat(observed.shown("inner", USER)).isEqualTo("ben");
    assertThat(observed.shown("inner", TENANT)).isNull();
    assertThat(observed.shown("outer", TENANT)).isEqualTo("acme");
  }

  @Test
  void with_isSeenInANestedObservation() {
    request(
        "anna",
        () ->
            outer(
                () ->
                    RequestScope.current()
                        .with(PLAN, "gold")
                        .with(USER, "ben")
                        .run(
                            () ->
                                inner(
                                    () -> {
                                      assertThat(Observed.plan()).isEqualTo("gold");
                                      assertThat(Observed.user()).isEqualTo("ben");
                                    }))));

    assertThat(observed.shown("inner", PLAN)).isEqualTo("gold");
    assertThat(observed.shown("inner", USER)).isEqualTo("ben");
  }

  @Test
  void observationOfASibling_doesNotShowItsView() {
    request(
        "anna",
        () -> {
          Observation[] siblings = new Observation[1];
          RequestScope.current()
              .with(PLAN, "gold")
              .run(() -> siblings[0] = observed.observation("sibling").start());
          try (Observation.Scope unused = siblings[0].openScope()) {
            assertThat(Observed.plan()).isNull();
          }
          siblings[0].stop();
        });
  }

  @Test
  void observationStartedBefore_isOpenedInTheRequestOfNow() {
    Observation before = observed.observation("before").start();
    request(
        "anna",
        () -> {
          try (Observation.Scope unused = before.openScope()) {
            assertThat(Observed.user()).isEqualTo("anna");
            assertThat(observed.tracer.currentSpan()).isNotNull();
          }
        });
    before.stop();
  }

  @Test
  void observationOfAnotherRequest_isOpenedInTheRequestOfNow() {
    Observation[] others = new Observation[1];
    observed
        .waybill
        .request()
        .with(USER, "anna")
        .with(PLAN, "gold")
        .run(() -> others[0] = observed.observation("others").start());

    request(
        "ben",
        () -> {
          try (Observation.Scope unused = others[0].openScope()) {
            assertThat(Observed.user()).isEqualTo("ben");
            assertThat(Observed.plan()).isNull();
            assertThat(Baggage.current().getEntry("plan")).isNull();
          }
        });
    others[0].stop();
  }

  @Test
  void withSpan_keepsTheRequest() {
    Span span = observed.tracer.nextSpan().name("span").start();
    request(
        "anna",
        () -> {
          try (Tracer.SpanInScope unused = observed.tracer.withSpan(span)) {
            assertThat(Observed.user()).isEqualTo("anna");
          }
          try (Tracer.SpanInScope unused = observed.tracer.withSpan(null)) {
            assertThat(Observed.user()).isEqualTo("anna");
          }
        });
    span.end();
  }

  @Test
  void noTrace_keepsTheRequest() {
    request(
        "anna",
        () -> {
          try (CurrentTraceContext.Scope unused = observed.current.maybeScope(null)) {
            assertThat(Observed.user()).isEqualTo("anna");
            assertThat(observed.tracer.currentSpan()).isNull();
          }
        });
  }

  @Test
  void spanOfAnotherRequest_asAParent_lendsNoIdentity() {
    Span[] parents = new Span[1];
    request("anna", () -> parents[0] = observed.tracer.nextSpan().name("parent").start());
    request("ben", () -> observed.tracer.nextSpan(parents[0]).name("child").start().end());
    parents[0].end();

    assertThat(observed.shown("parent", USER)).isEqualTo("anna");
    assertThat(observed.shown("child", USER)).isEqualTo("ben");
    assertThat(observed.span("child").getParentSpanId())
        .isEqualTo(observed.span("parent").getSpanId());
  }

  @Test
  void lateIdentify_isSeenInOpenObservations() {
    observed
        .waybill
        .request()
        .run(
            () ->
                outer(
                    () ->
                        inner(
                            () -> {
                              RequestScope.current().identify(USER, "anna");
                              assertThat(Observed.user()).isEqualTo("anna");
                              inner(() -> assertThat(Observed.user()).isEqualTo("anna"));
                            })));
  }

  @Test
  void baggageInScope_openedInside_survivesAndWins() {
    request(
        "anna",
        () ->
            outer(
                () -> {
                  try (BaggageInScope plan = observed.tracer.createBaggageInScope("plan", "gold");
                      BaggageInScope remote =
                          observed.tracer.createBaggageInScope("remote", "there")) {
                    inner(
                        () -> {
                          assertThat(Observed.user()).isEqualTo("anna");
                          assertThat(Observed.plan()).isEqualTo("gold");
                          assertThat(Baggage.current().getEntryValue("remote")).isEqualTo("there");
                          assertThat(observed.tracer.getAllBaggage())
                              .containsEntry("remote", "there");
                        });
                  }
                  inner(
                      () -> {
                        assertThat(Observed.plan()).isNull();
                        assertThat(Baggage.current().getEntry("remote")).isNull();
                      });
                }));
  }

  /** What is stored with a span while its scope is open is seen by whoever else opens it. */
  @Test
  void baggageOfARequest_isNotSeenThroughASharedObservation() throws Exception {
    Observation shared = observed.observation("shared").start();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      observed
          .waybill
          .request()
          .with(USER, "anna")
          .with(PLAN, "gold")
          .call(
              () -> {
                try (Observation.Scope unused = shared.openScope()) {
                  return CompletableFuture.supplyAsync(() -> baggageIn(shared), other).get();
                } catch (ExecutionException failed) {
                  throw new AssertionError(failed);
                }
              });
      assertThat(CompletableFuture.supplyAsync(() -> baggageIn(shared), other).get())
          .isEqualTo(Baggage.empty());
    } finally {
      other.shutdown();
      shared.stop();
    }
  }

  private static Baggage baggageIn(Observation shared) {
    try (Observation.Scope unused = shared.openScope()) {
      assertThat(Baggage.current()).isEqualTo(Baggage.empty());
      return Baggage.current();
    }
  }

  /**
   * Without a request to keep, an observation carries on what it was started in, as it always has.
   */
  @Test
  void outsideOfARequest_isAsWithoutUs() {
    Observation[] started = new Observation[1];
    request("anna", () -> started[0] = observed.observation("started").start());
    try (Observation.Scope unused = started[0].openScope()) {
      assertThat(Observed.user()).isEqualTo("anna");
      assertThat(RequestScope.current().isEnded()).isTrue();
    }
    started[0].stop();
    outer(() -> inner(() -> assertThat(Observed.user()).isNull()));
  }

  @Test
  void spanOfPlainCode_isTheParentOfAnObservation() {
    outer(
        () -> {
          io.opentelemetry.api.trace.Span plain =
              observed.openTelemetry.getTracer("plain").spanBuilder("plain").startSpan();
          try (Scope unused = plain.makeCurrent()) {
            inner(() -> {});
          }
          plain.end();
        });

    assertThat(observed.span("inner").getParentSpanId())
        .isEqualTo(observed.span("plain").getSpanId());
  }

  @Test
  void thread_holdsWhatItHeldBefore() {
    Context before = Context.current();
    request("anna", () -> outer(() -> inner(() -> {})));
    assertThat(Context.current()).isSameAs(before);
  }

  private void request(String user, Runnable task) {
    observed.waybill.request().with(USER, user).run(task);
  }

  private void outer(Runnable task) {
    observed.observation("outer").observe(task);
  }

  private void inner(Runnable task) {
    observed.observation("inner").observe(task);
  }
}
