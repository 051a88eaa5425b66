package io.waybill.opentelemetry.agent;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.net.URI;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One hop of a call: a request on its way to one address. It runs in the class loader of the
 * client, where nothing else of Waybill is, and asks the agent's propagator what that address gets.
 */
public final class Hop implements TextMapSetter<Object> {
  private static final String PROTOCOL = "io.waybill.hop/1";

  private @Nullable Map<String, String> released;

  private Hop() {}

  /** Returns the headers that are released to {@code uri}, by their names in any case. */
  static Map<String, String> released(Context caller, URI uri) {
    Hop hop = new Hop();
    // Without a span, so that propagators of the trace write nothing: the agent has done that.
    GlobalOpenTelemetry.getPropagators()
        .getTextMapPropagator()
        .inject(caller.with(Span.getInvalid()), new SimpleImmutableEntry<>(PROTOCOL, uri), hop);
    return hop.released == null ? Map.of() : hop.released;
  }

  /**
   * Says that a hop could not be decided, where there is a log: not here. Called in place of
   * throwing, which advice swallows.
   */
  static void failed(Throwable failure) {
    try {
      GlobalOpenTelemetry.getPropagators()
          .getTextMapPropagator()
          .inject(Context.root(), new SimpleImmutableEntry<>(PROTOCOL, failure), new Hop());
    } catch (Throwable notThereEither) {
      // The call gets nothing, and goes on.
    }
  }

  @Override
  public void set(@Nullable Object carrier, String name, String value) {
    if (released == null) {
      released = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }
    released.put(name, value);
  }
}
