package io.waybill.benchmarks.grpc;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
import java.util.concurrent.Executor;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A request that holds a token, and calls that are to have it. */
public abstract class TokenCalls extends Calls {
  static final LocalField<String> TOKEN = LocalField.secret("token");
  private static final String VALUE = "0123456789abcdef0123456789abcdef";

  final Waybill waybill;

  private TokenCalls(boolean attaches) {
    WaybillBuilder setUp =
        Waybill.builder(Telemetry.with(WaybillPropagator.create()))
            .keep(TOKEN)
            .peers(peer -> TrustZone.OWN)
            .destination("grpc://localhost", TrustZone.OWN)
            .spans(SpanMode.NEVER);
    Credential<String> bearer =
        Credential.bearer(TOKEN, (String token) -> token)
            .to("grpc://localhost")
            .plaintext()
            .renew(token -> token);
    this.waybill = (attaches ? setUp.credential(bearer) : setUp).build();
  }

  @Override
  protected void install(ServerBuilder<?> builder) {}

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(WaybillGrpc.client(waybill));
  }

  /** Returns the Context of a request that came in, has logged in, and stays open. */
  @Override
  protected Context caller() {
    Context request =
        Received.by(
            waybill, Map.of("traceparent", Identity.TRACEPARENT, "baggage", Identity.BAGGAGE));
    try (var ignored = request.makeCurrent()) {
      RequestScope.current().set(TOKEN, VALUE);
    }
    return request;
  }

  /** No credentials at all. */
  @State(Scope.Thread)
  public static class Without extends TokenCalls {
    /** Attaches none. */
    public Without() {
      super(false);
    }
  }

  /** Attached by Waybill. */
  @State(Scope.Thread)
  public static class ByWaybill extends TokenCalls {
    /** Attaches it. */
    public ByWaybill() {
      super(true);
    }
  }

  /** Attached as it is written by hand: taken from the request when the call is made. */
  @State(Scope.Thread)
  public static class ByHand extends TokenCalls implements ClientInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** Leaves it to the interceptor. */
    public ByHand() {
      super(false);
    }

    @Override
    protected void install(ManagedChannelBuilder<?> builder) {
      super.install(builder);
      builder.intercept(this);
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      Bearer bearer = new Bearer(RequestScope.current().require(TOKEN));
      return next.newCall(method, options.withCallCredentials(bearer));
    }

    private static final class Bearer extends CallCredentials {
      private final String token;

      Bearer(String token) {
        this.token = token;
      }

      @Override
      public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier to) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        to.apply(headers);
      }
    }
  }
}
