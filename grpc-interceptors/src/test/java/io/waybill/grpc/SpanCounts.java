package io.waybill.grpc;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** An SDK that counts the calls of {@code end}: the SDK itself forgives a second one. */
final class SpanCounts implements OpenTelemetry {
  private final OpenTelemetry sdk;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();

  SpanCounts(OpenTelemetry sdk) {
    this.sdk = sdk;
  }

  int started() {
    return started.get();
  }

  int ends() {
    return ends.get();
  }

  @Override
  public TracerProvider getTracerProvider() {
    return new TracerProvider() {
      @Override
      public Tracer get(String name) {
        return counted(sdk.getTracer(name));
      }

      @Override
      public Tracer get(String name, String version) {
        return counted(sdk.getTracer(name, version));
      }
    };
  }

  @Override
  public MeterProvider getMeterProvider() {
    return sdk.getMeterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    return sdk.getPropagators();
  }

  private Tracer counted(Tracer tracer) {
    return name -> counted(tracer.spanBuilder(name));
  }

  private SpanBuilder counted(SpanBuilder builder) {
    return proxy(
        SpanBuilder.class,
        (proxy, method, arguments) -> {
          Object result = method.invoke(builder, arguments);
          if (result instanceof Span span) {
            started.incrementAndGet();
            return counted(span);
          }
          return result == builder ? proxy : result;
        });
  }

  private Span counted(Span span) {
    return proxy(
        Span.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("end")) {
            ends.incrementAndGet();
          }
          Object result = method.invoke(span, arguments);
          return result == span ? proxy : result;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    InvocationHandler unwrapping =
        (proxy, method, arguments) -> {
          try {
            return handler.invoke(proxy, method, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        };
    Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, unwrapping);
    return type.cast(proxy);
  }
}
