package io.waybill.benchmarks.grpc;

import brave.Tracer.SpanInScope;
import brave.Tracing;
import brave.baggage.BaggageField;
import brave.baggage.BaggagePropagation;
import brave.baggage.BaggagePropagation.FactoryBuilder;
import brave.baggage.BaggagePropagationConfig.SingleBaggageField;
import brave.grpc.GrpcTracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.B3Propagation;
import brave.propagation.Propagation;
import brave.propagation.TraceContext;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Brave on both sides, with four baggage fields; spans are recorded and reported nowhere. */
@State(Scope.Thread)
public class BraveCalls extends Calls {
  private static final BaggageField USER_FIELD = BaggageField.create(USER);
  private static final BaggageField PLAN = BaggageField.create("plan");
  private static final BaggageField TENANT = BaggageField.create("tenant.id");
  private static final BaggageField REQUEST = BaggageField.create("request.id");

  private final Tracing tracing =
      Tracing.newBuilder().propagationFactory(propagation()).addSpanHandler(discarding()).build();
  private final GrpcTracing grpc = GrpcTracing.create(tracing);
  private final SpanInScope caller;

  /** Enters the span in which calls are made. */
  public BraveCalls() {
    caller = tracing.tracer().withSpanInScope(tracing.tracer().newTrace());
    USER_FIELD.updateValue("u-1042");
    REQUEST.updateValue(Identity.TRACE_ID);
    TENANT.updateValue("acme");
    PLAN.updateValue("gold");
  }

  private static Propagation.Factory propagation() {
    FactoryBuilder builder = BaggagePropagation.newFactoryBuilder(B3Propagation.FACTORY);
    builder.add(SingleBaggageField.remote(USER_FIELD));
    builder.add(SingleBaggageField.remote(REQUEST));
    builder.add(SingleBaggageField.remote(TENANT));
    builder.add(SingleBaggageField.remote(PLAN));
    return builder.build();
  }

  /** Without one, Brave logs each span. */
  private static SpanHandler discarding() {
    return new SpanHandler() {
      @Override
      public boolean end(TraceContext context, MutableSpan span, Cause cause) {
        return true;
      }
    };
  }

  @Override
  protected void install(ServerBuilder<?> builder) {
    builder.intercept(grpc.newServerInterceptor());
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(grpc.newClientInterceptor());
  }

  @Override
  protected @Nullable String user() {
    return USER_FIELD.getValue();
  }

  @Override
  protected void leave() {
    caller.close();
  }
}
