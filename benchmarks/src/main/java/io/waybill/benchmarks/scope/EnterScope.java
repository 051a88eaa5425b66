package io.waybill.benchmarks.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Running an empty task inside a scope. Each carries four members, if not said otherwise. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class EnterScope {
  enum Plan {
    FREE,
    GOLD
  }

  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final BaggageField<Plan> PLAN =
      BaggageField.attribute("plan", FieldCodec.enumOf(Plan.class));
  private static final ContextKey<Object> KEY = ContextKey.named("benchmark");

  private final Waybill waybill = Service.setUp().carry(USER).carry(TENANT).carry(PLAN).build();
  private final IncomingCall request =
      Service.receive(waybill, "request.id=r-1,user.id=u-17,tenant.id=t-3,plan=FREE");
  private final RequestScope view = request.scope();
  private final RequestScope child = view.with(PLAN, Plan.GOLD);

  private final Context server = Context.root().with(span());
  private final Baggage baggage =
      Baggage.builder()
          .put("request.id", "r-1")
          .put("user.id", "u-17")
          .put("tenant.id", "t-3")
          .put("plan", "FREE")
          .build();
  private final Object value = new Object();
  private final Runnable task = EnterScope::nothing;

  /** A thread that works for the request already. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class InRequest {
    private Scope scope = Scope.noop();

    /** Enters the request. */
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // leave() closes it
    public void enter(EnterScope requests) {
      scope = requests.request.context().makeCurrent();
    }

    /** Leaves it. */
    @TearDown
    public void leave() {
      scope.close();
    }
  }

  /** The least that holds a value of ours and a ready Baggage. */
  @Benchmark
  public void bare() {
    try (Scope ignored = server.with(KEY, value).with(baggage).makeCurrent()) {
      task.run();
    }
  }

  /** From a thread at the root Context. */
  @Benchmark
  @Against(value = "bare", goals = @Goal(time = 1.3, moreBytes = 48))
  public void enterView() {
    view.run(task);
  }

  /** From a thread of the same request. */
  @Benchmark
  @Against(value = "bare", goals = @Goal(time = 1.3, moreBytes = 48))
  public void enterChild(InRequest inRequest) {
    child.run(task);
  }

  /** With the child made each time. */
  @Benchmark
  @Against("bare")
  public void withAndRun(InRequest inRequest) {
    RequestScope.current().with(PLAN, Plan.GOLD).run(task);
  }

  /** A Baggage of two: a new request id, as a request has it, and a user. */
  @Benchmark
  public void openBaggage() {
    Baggage opened =
        Baggage.builder().put("request.id", requestId()).put("user.id", "u-17").build();
    try (Scope ignored = opened.makeCurrent()) {
      task.run();
    }
  }

  /** A request with the same two. */
  @Benchmark
  @Against("openBaggage")
  public void openRequest() {
    waybill.request().with(USER, "u-17").run(task);
  }

  private static void nothing() {}

  private static String requestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return TraceId.fromLongs(random.nextLong(), random.nextLong());
  }

  private static Span span() {
    return Span.wrap(
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.getDefault()));
  }
}
