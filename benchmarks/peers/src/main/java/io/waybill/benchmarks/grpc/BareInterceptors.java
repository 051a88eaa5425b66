package io.waybill.benchmarks.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The least that carries OpenTelemetry's Context over a call and shows it to the handler. */
final class BareInterceptors {
  private static final TextMapPropagator PROPAGATOR =
      TextMapPropagator.composite(
          W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());

  private BareInterceptors() {}

  static final class Client implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      Context caller = Context.current();
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          PROPAGATOR.inject(caller, headers, Carrier.INSTANCE);
          super.start(listener, headers);
        }
      };
    }
  }

  static final class Server implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      Context context = PROPAGATOR.extract(Context.current(), headers, Carrier.INSTANCE);
      try (Scope ignored = context.makeCurrent()) {
        return new Callbacks<>(next.startCall(call, headers), context);
      }
    }
  }

  private static final class Callbacks<ReqT> extends ServerCall.Listener<ReqT> {
    private final ServerCall.Listener<ReqT> delegate;
    private final Context context;

    Callbacks(ServerCall.Listener<ReqT> delegate, Context context) {
      this.delegate = delegate;
      this.context = context;
    }

    @Override
    public void onMessage(ReqT message) {
      try (Scope ignored = context.makeCurrent()) {
        delegate.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      try (Scope ignored = context.makeCurrent()) {
        delegate.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      try (Scope ignored = context.makeCurrent()) {
        delegate.onReady();
      }
    }

    @Override
    public void onComplete() {
      try (Scope ignored = context.makeCurrent()) {
        delegate.onComplete();
      }
    }

    @Override
    public void onCancel() {
      try (Scope ignored = context.makeCurrent()) {
        delegate.onCancel();
      }
    }
  }

  private enum Carrier implements TextMapGetter<Metadata>, TextMapSetter<Metadata> {
    INSTANCE;

    private static final Map<String, Metadata.Key<String>> KEYS =
        Map.of(
            "traceparent", Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
            "tracestate", Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER),
            "baggage", Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER));

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Metadata carrier) {
      return carrier.keys();
    }

    @Override
    public @Nullable String get(@Nullable Metadata carrier, String name) {
      Metadata.Key<String> key = KEYS.get(name);
      return carrier == null || key == null ? null : carrier.get(key);
    }

    @Override
    public void set(@Nullable Metadata carrier, String name, String value) {
      Metadata.Key<String> key = KEYS.get(name);
      if (carrier != null && key != null) {
        carrier.put(key, value);
      }
    }
  }
}
