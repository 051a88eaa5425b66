package io.waybill.micrometer;

import io.micrometer.tracing.Baggage;
import io.micrometer.tracing.BaggageInScope;
import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.waybill.RequestScope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer's Baggage, which in a request is read from the current Context and put there, whatever
 * span is named: what is stored with that one may be another request's.
 */
record RequestBaggage(BaggageManager theirs) implements BaggageManager {

  private static TraceContext ofNow(TraceContext context) {
    return RequestScope.currentOrNull() == null
        ? context
        : RequestTraceContext.ofNow(Span.current());
  }

  @Override
  public Map<String, String> getAllBaggage() {
    return theirs.getAllBaggage();
  }

  @Override
  public Map<String, String> getAllBaggage(@Nullable TraceContext context) {
    return context == null ? theirs.getAllBaggage() : theirs.getAllBaggage(ofNow(context));
  }

  @Override
  public Baggage getBaggage(String name) {
    return new Entry(theirs, name, null);
  }

  @Override
  public @Nullable Baggage getBaggage(TraceContext context, String name) {
    Baggage baggage = theirs.getBaggage(ofNow(context), name);
    return baggage == null ? null : new Entry(theirs, name, baggage.get());
  }

  @Override
  @Deprecated
  public Baggage createBaggage(String name) {
    return new Entry(theirs, name, null);
  }

  @Override
  @Deprecated
  public Baggage createBaggage(String name, String value) {
    theirs.createBaggage(name, value);
    return new Entry(theirs, name, value);
  }

  @Override
  public BaggageInScope createBaggageInScope(String name, String value) {
    return theirs.createBaggageInScope(name, value);
  }

  @Override
  public BaggageInScope createBaggageInScope(TraceContext context, String name, String value) {
    return theirs.createBaggageInScope(ofNow(context), name, value);
  }

  @Override
  public List<String> getBaggageFields() {
    return theirs.getBaggageFields();
  }

  /**
   * An entry that holds no Context. Micrometer's own keeps the one in which it was got or made
   * current last, by whomever, and makes that current; somebody may keep the entry.
   *
   * @param value what it was made with, or read as; null for what is current
   */
  private record Entry(BaggageManager manager, String name, @Nullable String value)
      implements Baggage {

    @Override
    public @Nullable String get() {
      return value == null ? manager.getBaggage(name).get() : value;
    }

    @Override
    public @Nullable String get(TraceContext context) {
      return manager.getBaggage(name).get(ofNow(context));
    }

    @Override
    @Deprecated
    public Baggage set(@Nullable String value) {
      manager.getBaggage(name).set(value);
      return new Entry(manager, name, value);
    }

    @Override
    @Deprecated
    public Baggage set(TraceContext context, @Nullable String value) {
      manager.getBaggage(name).set(ofNow(context), value);
      return new Entry(manager, name, value);
    }

    @Override
    public BaggageInScope makeCurrent() {
      return makeCurrent(get());
    }

    @Override
    public BaggageInScope makeCurrent(@Nullable String value) {
      return value == null
          ? manager.getBaggage(name).makeCurrent()
          : manager.createBaggageInScope(name, value);
    }

    @Override
    public BaggageInScope makeCurrent(TraceContext context, @Nullable String value) {
      return value == null
          ? manager.getBaggage(name).makeCurrent(ofNow(context), null)
          : manager.createBaggageInScope(ofNow(context), name, value);
    }
  }
}
