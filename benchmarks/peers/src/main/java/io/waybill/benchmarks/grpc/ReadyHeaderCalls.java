package io.waybill.benchmarks.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The floor: two headers whose text is ready are written, and read as text. */
@State(Scope.Thread)
public class ReadyHeaderCalls extends Calls {
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> BAGGAGE =
      Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER);

  private @Nullable String traceparent;
  private @Nullable String baggage;

  @Override
  protected void install(ServerBuilder<?> builder) {
    builder.intercept(new Reads());
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(new Writes());
  }

  @Override
  protected @Nullable String user() {
    return Identity.TRACEPARENT.equals(traceparent) ? baggage : null;
  }

  @Override
  protected String expected() {
    return Identity.BAGGAGE;
  }

  private static final class Writes implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          headers.put(TRACEPARENT, Identity.TRACEPARENT);
          headers.put(BAGGAGE, Identity.BAGGAGE);
          super.start(listener, headers);
        }
      };
    }
  }

  private final class Reads implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      traceparent = headers.get(TRACEPARENT);
      baggage = headers.get(BAGGAGE);
      return next.startCall(call, headers);
    }
  }
}
