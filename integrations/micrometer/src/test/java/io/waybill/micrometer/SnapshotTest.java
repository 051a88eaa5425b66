package io.waybill.micrometer;

import static io.waybill.micrometer.Observed.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.contextpropagation.ObservationAwareSpanThreadLocalAccessor;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/** Micrometer's snapshots, and Reactor's, which restore its observations and our Context. */
class SnapshotTest {
  private static final String OURS = "io.opentelemetry.context.Context";

  /** Which accessor the registry has first. */
  enum First {
    OURS,
    MICROMETERS
  }

  private final Observed observed = new Observed();
  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final Scheduler scheduler = Schedulers.fromExecutorService(pool);
  private final ContextRegistry registry = ContextRegistry.getInstance();

  @BeforeEach
  void enable() {
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void disable() throws Exception {
    Hooks.disableAutomaticContextPropagation();
    for (int i = 0; i < 2; i++) {
      assertThat(pool.submit(Context::current).get()).isSameAs(Context.root());
    }
    pool.shutdown();
    assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    observe(First.OURS);
  }

  private void observe(First first) {
    ThreadLocalAccessor<?> ours =
        registry.getThreadLocalAccessors().stream()
            .filter(accessor -> accessor.key().equals(OURS))
            .findFirst()
            .orElseThrow();
    ThreadLocalAccessor<?> theirs = ObservationThreadLocalAccessor.getInstance();
    registry.registerThreadLocalAccessor(first == First.OURS ? ours : theirs);
    registry.registerThreadLocalAccessor(first == First.OURS ? theirs : ours);
  }

  @ParameterizedTest
  @EnumSource
  void snapshot_ofARequestInAnObservation_showsTheRequest(First first) {
    observe(first);
    String[] seen = new String[1];
    observed.observation("outer").observe(() -> seen[0] = inRequest("anna", this::userElsewhere));
    assertThat(seen[0]).isEqualTo("anna");
  }

  @ParameterizedTest
  @EnumSource
  void snapshot_ofAnObservationInARequest_showsTheRequest(First first) {
    observe(first);
    assertThat(inRequest("anna", () -> observed.observation("inner").observe(this::userElsewhere)))
        .isEqualTo("anna");
  }

  @ParameterizedTest
  @EnumSource
  void snapshot_ofARequestInARequest_showsTheInner(First first) {
    observe(first);
    assertThat(
            inRequest(
                "anna",
                () ->
                    observed
                        .observation("between")
                        .observe(() -> inRequest("ben", this::userElsewhere))))
        .isEqualTo("ben");
  }

  @ParameterizedTest
  @EnumSource
  void snapshot_ofNoRequest_clearsTheThreads(First first) {
    observe(first);
    ContextSnapshot none = ContextSnapshotFactory.builder().clearMissing(true).build().captureAll();
    inRequest(
        "anna",
        () ->
            observed
                .observation("theirs")
                .observe(
                    () -> {
                      try (ContextSnapshot.Scope unused = none.setThreadLocals()) {
                        assertThat(RequestScope.currentOrNull()).isNull();
                      }
                      assertThat(Observed.user()).isEqualTo("anna");
                      return "";
                    }));
  }

  @ParameterizedTest
  @EnumSource
  void pipeline_inAnObservation_showsTheRequest(First first) {
    observe(first);
    List<String> seen = new java.util.ArrayList<>();
    observed
        .observation("outer")
        .observe(
            () ->
                seen.add(
                    inRequest(
                        "anna",
                        () ->
                            Mono.fromCallable(Observed::user)
                                .subscribeOn(scheduler)
                                .map(user -> user + " " + Observed.user())
                                .publishOn(scheduler)
                                .map(user -> user + " " + Observed.user())
                                .block())));
    assertThat(seen).containsExactly("anna anna anna");
  }

  @ParameterizedTest
  @EnumSource
  void observation_thatBeganInThePipeline_showsTheRequest(First first) {
    observe(first);
    assertThat(
            inRequest(
                "anna",
                () ->
                    observed
                        .observation("outer")
                        .observe(() -> observedIn(Observed::user).block())))
        .isEqualTo("anna");
  }

  /** What set-up sees to: the other way round, the span of what began in the pipeline is hidden. */
  @Test
  void observation_thatBeganInThePipeline_isTheCurrentSpan() {
    observe(First.MICROMETERS);
    WaybillMicrometer.observe(observed.registry, observed.waybill);
    String span =
        inRequest(
            "anna",
            () ->
                observed
                    .observation("outer")
                    .observe(
                        () ->
                            observedIn(() -> observed.tracer.currentSpan().context().spanId())
                                .block()));
    assertThat(span).isEqualTo(observed.span("pipeline").getSpanId());
  }

  @Test
  void micrometersAccessors_stayInTheirOrder_behindOurs() {
    observe(First.MICROMETERS);
    registry.registerThreadLocalAccessor(
        new ObservationAwareSpanThreadLocalAccessor(observed.registry, observed.tracer));
    try {
      WaybillMicrometer.observe(observed.registry, observed.waybill);

      assertThat(registry.getThreadLocalAccessors())
          .extracting(one -> one.key().toString())
          .containsExactly(
              OURS,
              ObservationThreadLocalAccessor.KEY,
              ObservationAwareSpanThreadLocalAccessor.KEY);
    } finally {
      registry.removeThreadLocalAccessor(ObservationAwareSpanThreadLocalAccessor.KEY);
    }
  }

  /** As an instrumentation of WebClient does it. */
  private Mono<String> observedIn(java.util.concurrent.Callable<String> task) {
    return Mono.deferContextual(
        (ContextView view) -> {
          Observation pipeline = observed.observation("pipeline").start();
          return Mono.fromCallable(task)
              .subscribeOn(scheduler)
              .doOnTerminate(pipeline::stop)
              .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, pipeline));
        });
  }

  private String userElsewhere() {
    ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
    try {
      return pool.submit(snapshot.wrap(Observed::user)).get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private String inRequest(String user, java.util.function.Supplier<String> task) {
    return observed.waybill.request().with(USER, user).call(task::get);
  }
}
