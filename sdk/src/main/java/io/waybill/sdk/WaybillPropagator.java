package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.wire.BaggageParser;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of OpenTelemetry's {@code baggage} propagator, which believes everybody and sends
 * everything to everybody. This one neither reads nor writes: whether a member is admitted depends
 * on who sent it, and whether it is released on who gets it. Waybill's interceptors know both, and
 * read and write the header themselves.
 *
 * <pre>{@code
 * ContextPropagators.create(TextMapPropagator.composite(
 *     W3CTraceContextPropagator.getInstance(), WaybillPropagator.getInstance()))
 * }</pre>
 */
public final class WaybillPropagator implements TextMapPropagator {
  private static final WaybillPropagator INSTANCE = new WaybillPropagator();

  private WaybillPropagator() {}

  /** Returns the propagator; it has no state. */
  public static WaybillPropagator getInstance() {
    return INSTANCE;
  }

  @Override
  public Collection<String> fields() {
    return List.of(BaggageParser.HEADER);
  }

  @Override
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    // Nobody has said who is called, and what is released belongs to one call.
  }

  @Override
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    return context;
  }
}
