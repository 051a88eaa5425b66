package io.waybill.testing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An SDK whose spans are counted as they start, and each time they are ended: the SDK itself
 * forgives a second {@code end}.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class CountedTelemetry implements OpenTelemetry {
  private final OpenTelemetry sdk;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();

  /** Counts what is started through this, and is {@code sdk} otherwise. */
  public CountedTelemetry(OpenTelemetry sdk) {
    this.sdk = sdk;
  }

  /** Returns how many spans were started. */
  public int started() {
    return started.get();
  }

  /** Returns how often a span was ended. */
  public int ends() {
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

      @Override
      public TracerBuilder tracerBuilder(String name) {
        return counted(sdk.tracerBuilder(name));
      }
    };
  }

  @Override
  public MeterProvider getMeterProvider() {
    return sdk.getMeterProvider();
  }

  @Override
  public LoggerProvider getLogsBridge() {
    return sdk.getLogsBridge();
  }

  @Override
  public ContextPropagators getPropagators() {
    return sdk.getPropagators();
  }

  private TracerBuilder counted(TracerBuilder builder) {
    return proxy(
        TracerBuilder.class,
        (proxy, method, arguments) -> {
          Object result = method.invoke(builder, arguments);
          return result instanceof Tracer tracer ? counted(tracer) : same(result, builder, proxy);
        });
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
          return same(result, builder, proxy);
        });
  }

  private Span counted(Span span) {
    return proxy(
        Span.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("storeInContext")) {
            // By the proxy, or who finds the span in a Context would end it uncounted.
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          if (method.getName().equals("end")) {
            ends.incrementAndGet();
          }
          return same(method.invoke(span, arguments), span, proxy);
        });
  }

  private static @Nullable Object same(@Nullable Object result, Object real, Object proxy) {
    return result == real ? proxy : result;
  }

  private interface Handler {
    @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    InvocationHandler unwrapping =
        (proxy, method, arguments) -> {
          try {
            return handler.invoke(proxy, method, arguments);
          } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            throw cause == null ? thrown : cause;
          }
        };
    Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, unwrapping);
    return type.cast(proxy);
  }
}
