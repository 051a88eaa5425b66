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
 * Takes the place of OpenTelemetry's {@code baggage} propagator, which sends everything to
 * everybody. This one writes what Waybill's client interceptor released to the destination of the
 * call, and nothing where no interceptor is.
 *
 * <pre>{@code
 * ContextPropagators.create(TextMapPropagator.composite(
 *     W3CTraceContextPropagator.getInstance(), WaybillPropagator.getInstance()))
 * }</pre>
 *
 * <p>It reads nothing: whether a member is admitted depends on who sent it, which the server
 * interceptor knows and a propagator does not.
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
