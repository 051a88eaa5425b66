package io.waybill.testing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongCounterBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterBuilder;
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
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An OpenTelemetry of which one part throws an Error whenever it is called, and a log whose handler
 * does: until it is closed.
 */
final class ThrowingTelemetry implements OpenTelemetry, AutoCloseable {
  /** What throws. */
  enum Part {
    COUNTER,
    SPAN_BUILDER,
    SPAN_START,
    SPAN_ATTRIBUTES,
    /** After the span has ended: a processor throws. */
    SPAN_END
  }

  private static final Set<Class<?>> PARTS =
      Set.of(
          TracerBuilder.class,
          Tracer.class,
          SpanBuilder.class,
          Span.class,
          MeterBuilder.class,
          Meter.class,
          LongCounterBuilder.class,
          LongCounter.class);

  private final OpenTelemetry real;
  private final Part part;
  private final Logger warnings = Logger.getLogger("io.waybill");
  private final Logger explanations = Logger.getLogger("io.waybill.explain");
  private final Handler handler = new ThrowingHandler();

  ThrowingTelemetry(OpenTelemetry real, Part part) {
    this.real = real;
    this.part = part;
    warnings.addHandler(handler);
    explanations.addHandler(handler);
    explanations.setLevel(Level.FINE);
  }

  @Override
  public void close() {
    warnings.removeHandler(handler);
    explanations.removeHandler(handler);
    explanations.setLevel(null);
  }

  @Override
  public TracerProvider getTracerProvider() {
    return (TracerProvider) throwing(real.getTracerProvider(), TracerProvider.class);
  }

  @Override
  public MeterProvider getMeterProvider() {
    return (MeterProvider) throwing(real.getMeterProvider(), MeterProvider.class);
  }

  @Override
  public ContextPropagators getPropagators() {
    return real.getPropagators();
  }

  private Object throwing(Object delegate, Class<?> type) {
    InvocationHandler calls =
        (proxy, method, arguments) -> call(delegate, proxy, method, arguments);
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls);
  }

  private @Nullable Object call(
      Object delegate, Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("storeInContext")) {
      return InvocationHandler.invokeDefault(proxy, method, arguments); // The proxy, and not it.
    }
    boolean throwsNow = throwsAt(method);
    if (throwsNow && part != Part.SPAN_END) {
      throw failure();
    }
    Object result = invoke(delegate, method, arguments);
    if (throwsNow) {
      throw failure();
    }
    if (result == delegate) {
      return proxy;
    }
    Class<?> type = method.getReturnType();
    return result != null && PARTS.contains(type) ? throwing(result, type) : result;
  }

  private static @Nullable Object invoke(
      Object delegate, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(delegate, arguments);
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause();
      throw cause == null ? thrown : cause;
    }
  }

  private boolean throwsAt(Method method) {
    Class<?> type = method.getDeclaringClass();
    String name = method.getName();
    return switch (part) {
      case COUNTER -> type == LongCounter.class;
      case SPAN_BUILDER -> type == SpanBuilder.class && name.startsWith("set");
      case SPAN_START -> type == SpanBuilder.class && name.equals("startSpan");
      case SPAN_ATTRIBUTES -> type == Span.class && name.startsWith("set");
      case SPAN_END -> type == Span.class && name.equals("end");
    };
  }

  /** What a broken class path throws: more than a catch of exceptions holds. */
  private static Error failure() {
    return new NoClassDefFoundError("thrown by the contract");
  }

  private static final class ThrowingHandler extends Handler {
    @Override
    public void publish(LogRecord record) {
      throw failure();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
