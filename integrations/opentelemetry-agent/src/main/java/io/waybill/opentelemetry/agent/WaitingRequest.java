package io.waybill.opentelemetry.agent;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The Contexts of asynchronous servlet requests. Runs beside the container's classes. */
public final class WaitingRequest implements TextMapGetter<Object> {
  private static final WaitingRequest READS_NOTHING = new WaitingRequest();
  // Containers use these objects again, and start anew each time.
  private static final Map<Object, Context> OWN = Collections.synchronizedMap(new WeakHashMap<>());

  private WaitingRequest() {}

  /** Keeps the Context of the request that {@code waiting}, an AsyncContext, is of. */
  public static void keep(@Nullable Object waiting, Context own) {
    if (waiting != null) {
      OWN.put(waiting, own);
    }
  }

  /** Makes the Context current in which that request goes on; null if none was kept. */
  @SuppressWarnings("MustBeClosedChecker") // the advice that asks closes it
  public static @Nullable Scope resume(Object waiting) {
    Context own = OWN.remove(waiting);
    if (own == null) {
      return null;
    }
    return GlobalOpenTelemetry.getPropagators()
        .getTextMapPropagator()
        .extract(
            own,
            new SimpleImmutableEntry<>("io.waybill.resumed/1", Context.current()),
            READS_NOTHING)
        .makeCurrent();
  }

  @Override
  @SuppressWarnings("deprecation") // it has to be there, whoever asks
  public Iterable<String> keys(Object carrier) {
    return List.of();
  }

  @Override
  public @Nullable String get(@Nullable Object carrier, String key) {
    return null;
  }
}
