package io.waybill.micrometer;

import static io.waybill.micrometer.Observed.PLAN;
import static io.waybill.micrometer.Observed.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.BaggageInScope;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.contextpropagation.ObservationAwareBaggageThreadLocalAccessor;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.RequestBuilder;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What Micrometer stores with a span, another request's Baggage or a stranger's, does not become
 * the request's that works under that span; and nothing of a request is stored there.
 */
class StoredContextTest {
  private final Observed observed = new Observed();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void threads_holdTheRoot() throws Exception {
    try {
      assertThat(Context.current()).isSameAs(Context.root());
      assertThat(other.submit(Context::current).get()).isSameAs(Context.root());
    } finally {
      other.shutdown();
    }
  }

  @Test
  void baggage_madeCurrentInARequestInARequest_bringsNothingOfTheOuter() {
    anna(
        () ->
            observed
                .observation("outer")
                .observe(
                    () ->
                        ben(
                            () -> {
                              try (BaggageInScope ignored = remote().makeCurrent("x")) {
                                return assertNoPlan();
                              }
                            })));
  }

  /** As where a server's observation, outside, has extracted what came. */
  @Test
  void baggage_madeCurrentInARequest_bringsNothingOfAStranger() {
    Observation server;
    try (Scope ignored =
        Baggage.builder().put("plan", "stranger").put("evil", "e").build().makeCurrent()) {
      server = observed.observation("server").start();
    }
    try (Observation.Scope ignored = server.openScope()) {
      IncomingCall call = received();
      try (Scope inRequest = call.context().makeCurrent()) {
        assertThat(observed.tracer.getAllBaggage()).doesNotContainKey("evil");
        try (BaggageInScope remote = remote().makeCurrent("x")) {
          assertNoPlan();
          assertThat(Baggage.current().getEntry("evil")).isNull();
        }
      } finally {
        call.end();
      }
    }
    server.stop();
  }

  private IncomingCall received() {
    Waybill trustsNobody = Waybill.builder(observed.openTelemetry).carry(USER).carry(PLAN).build();
    return trustsNobody.receive(
        Map.of(), Headers.GETTER, Peer.unverified(null, null), "GET", span -> {});
  }

  @Test
  void observationOfAnother_withAKeyValueOfARemoteField_bringsNothingOfIt() {
    Observation annas =
        anna(() -> observed.observation("x").lowCardinalityKeyValue("remote", "r").start());

    ben(
        () -> {
          annas.scoped(this::assertNoPlan);
          return annas;
        });
    annas.stop();
  }

  @Test
  void spanOfAnother_current_showsNoBaggageOfIt() {
    Span annas = anna(() -> observed.tracer.nextSpan());

    ben(
        () -> {
          try (Tracer.SpanInScope ignored = observed.tracer.withSpan(annas)) {
            return assertThat(observed.tracer.getAllBaggage())
                .containsEntry("user.id", "ben")
                .doesNotContainKey("plan");
          }
        });
    annas.end();
  }

  @Test
  void spanOfAnother_named_isNotWhereBaggageIsPut() {
    Span annas = anna(() -> observed.tracer.nextSpan());

    ben(
        () -> {
          try (BaggageInScope ignored = remote().makeCurrent(annas.context(), "x")) {
            return assertNoPlan();
          }
        });
    annas.end();
  }

  /** As a bean that keeps it in a field. */
  @Test
  void entryThatIsKept_bringsNothingOfWhoHadItBefore() {
    io.micrometer.tracing.Baggage kept = remote();
    anna(
        () ->
            observed
                .observation("x")
                .observe(
                    () -> {
                      try (BaggageInScope ignored = kept.makeCurrent("annas")) {
                        return assertThat(kept.get()).isEqualTo("annas");
                      }
                    }));

    String seen =
        ben(
            () -> {
              try (BaggageInScope ignored = kept.makeCurrent()) {
                return Observed.user() + " " + assertNoPlan();
              }
            });
    assertThat(seen).isEqualTo("ben null");
  }

  @Test
  @SuppressWarnings("deprecation") // and still in use
  void entryThatIsMadeWithAValue_hasIt() {
    anna(
        () -> {
          try (BaggageInScope ignored =
              observed.tracer.createBaggage("remote", "x").makeCurrent()) {
            return assertThat(Baggage.current().getEntryValue("remote")).isEqualTo("x");
          }
        });
  }

  @Test
  void operationThatIsSkipped_isInNoRequestUnderThatSpanEither() {
    Waybill skipping =
        Waybill.builder(observed.openTelemetry).carry(USER).skip(all -> true).build();
    Span before = observed.tracer.nextSpan();
    anna(
        () -> {
          try (Tracer.SpanInScope ignored = observed.tracer.withSpan(before);
              Scope outside = skipping.skipped("/health").makeCurrent()) {
            Span child = observed.tracer.nextSpan(observed.tracer.currentSpan()).name("child");
            try (Tracer.SpanInScope inChild = observed.tracer.withSpan(child)) {
              assertThat(String.valueOf(Observed.user())).isEqualTo("null");
            }
            child.end();
            return child;
          }
        });
    before.end();

    assertThat(observed.shown("child", USER)).isNull();
  }

  @Test
  void snapshot_withMicrometersBaggageAccessor_bringsNothingOfTheOuter() {
    ContextRegistry registry = new ContextRegistry();
    registry.loadThreadLocalAccessors();
    registry.registerThreadLocalAccessor(
        new ObservationAwareBaggageThreadLocalAccessor(observed.registry, observed.tracer));
    ContextSnapshotFactory snapshots =
        ContextSnapshotFactory.builder().contextRegistry(registry).build();

    anna(
        () ->
            observed
                .observation("outer")
                .observe(
                    () -> ben(() -> inOther(snapshots.captureAll().wrap(this::assertNoPlan)))));
  }

  @Test
  void baggageOfARequest_doesNotBringItThroughASharedObservation() {
    Observation shared = observed.observation("shared").start();

    anna(
        () -> {
          try (Observation.Scope ours = shared.openScope();
              BaggageInScope remote = observed.tracer.createBaggageInScope("remote", "x")) {
            return inOther(
                () -> {
                  try (Observation.Scope theirs = shared.openScope()) {
                    return assertThat(String.valueOf(Observed.user())).isEqualTo("null");
                  }
                });
          }
        });
    shared.stop();
  }

  @Test
  void lateIdentify_isSeenInTheBaggageOfAnOpenScope() {
    call(
        observed.waybill.request().with(PLAN, "gold"),
        () ->
            observed
                .observation("x")
                .observe(
                    () -> {
                      RequestScope.current().identify(USER, "anna");
                      return assertThat(Baggage.current().getEntryValue("user.id"))
                          .isEqualTo("anna");
                    }));
  }

  @Test
  void scopeOfNoSpan_leavesTheRequestAsItIs() {
    anna(
        () -> {
          try (CurrentTraceContext.Scope ignored = observed.current.newScope(TraceContext.NOOP)) {
            assertThat(Observed.plan()).isEqualTo("gold");
          }
          return assertThat(Observed.plan()).isEqualTo("gold");
        });
  }

  private <V> V anna(Callable<V> work) {
    return call(observed.waybill.request().with(USER, "anna").with(PLAN, "gold"), work);
  }

  private <V> V ben(Callable<V> work) {
    return call(observed.waybill.request().with(USER, "ben"), work);
  }

  private static <V> V call(RequestBuilder request, Callable<V> work) {
    try {
      return request.call(work::call);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private io.micrometer.tracing.Baggage remote() {
    return observed.tracer.getBaggage("remote");
  }

  private String assertNoPlan() {
    String plan = String.valueOf(Observed.plan());
    assertThat(plan).isEqualTo("null");
    return plan;
  }

  private <V> V inOther(Callable<V> task) throws Exception {
    return other.submit(task).get();
  }
}
