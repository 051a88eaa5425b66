package io.waybill.benchmarks.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Waybill on both sides, carrying identity and no spans of its own. */
@State(Scope.Thread)
public class WaybillCalls extends Calls {
  private static final BaggageField<String> USER_FIELD =
      BaggageField.identity(USER, FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final Waybill waybill;

  /** Sets Waybill up without spans. */
  public WaybillCalls() {
    this(SpanMode.NEVER);
  }

  private WaybillCalls(SpanMode spans) {
    this.waybill =
        Waybill.builder(Telemetry.with(WaybillPropagator.create()))
            .carry(USER_FIELD)
            .carry(TENANT)
            .carry(PLAN)
            .peers(peer -> TrustZone.OWN)
            .destination("grpc://localhost", TrustZone.OWN)
            .spans(spans)
            .build();
  }

  @Override
  protected void install(ServerBuilder<?> builder) {
    builder.intercept(WaybillGrpc.server(waybill));
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(WaybillGrpc.client(waybill));
  }

  /** Returns the Context of a request that came in and stays open. */
  @Override
  protected Context caller() {
    return Received.by(
        waybill, Map.of("traceparent", Identity.TRACEPARENT, "baggage", Identity.BAGGAGE));
  }

  @Override
  protected @Nullable String user() {
    return RequestScope.current().get(USER_FIELD);
  }

  /** The same, with a CLIENT and a SERVER span for each call. */
  @State(Scope.Thread)
  public static class WithSpans extends WaybillCalls {
    /** Sets Waybill up as it is by default. */
    public WithSpans() {
      super(SpanMode.AUTO);
    }
  }
}
