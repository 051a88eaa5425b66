package io.waybill.micrometer;

import static java.util.Objects.requireNonNull;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.waybill.RequestScope;
import io.waybill.sdk.IncomingRequest;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests right beside Micrometer Tracing, and shows them on its observations and meters.
 * Without the first two, a scope of Micrometer's hides the request that runs, or shows another
 * user's:
 *
 * <pre>{@code
 * OtelCurrentTraceContext current = WaybillMicrometer.currentTraceContext(); // not new Otel..()
 * OtelTracer tracer = WaybillMicrometer.tracer(openTelemetry.getTracer("app"), current, events, baggage);
 * WaybillMicrometer.observe(observationRegistry, waybill);
 * WaybillMicrometer.meters(waybill).bindTo(meterRegistry);
 * }</pre>
 *
 * <p>In Spring Boot the first two are beans, which take the place of its own.
 *
 * <p><b>Threading.</b> What is returned is safe from any thread.
 */
public final class WaybillMicrometer {
  private WaybillMicrometer() {}

  /**
   * Returns what opens Micrometer's scopes, with the request in them that is current when they are
   * opened, its Baggage included: a {@code BaggageInScope} opened in the request, too. Outside of a
   * request they are Micrometer's own.
   */
  public static OtelCurrentTraceContext currentTraceContext() {
    return new RequestTraceContext();
  }

  /**
   * Returns a tracer whose spans are started in the request that is current: what samplers and span
   * processors see. Its parameters are those of Micrometer's own.
   *
   * @param current of {@link #currentTraceContext()}
   * @param baggage {@link BaggageManager#NOOP} for none
   */
  public static OtelTracer tracer(
      Tracer tracer,
      OtelCurrentTraceContext current,
      OtelTracer.EventPublisher events,
      BaggageManager baggage) {
    return new RequestTracer(
        requireNonNull(tracer, "tracer"),
        requireNonNull(current, "current"),
        requireNonNull(events, "events"),
        requireNonNull(baggage, "baggage"));
  }

  /**
   * Shows the fields that {@code waybill} declares on the observations of {@code registry}, as key
   * values: of low cardinality, on metrics and spans, where the field's rule says so, and of high
   * cardinality, on spans, else. One of low cardinality is {@code none} where there is no value.
   * What the application says under the same key stays.
   *
   * <p>The request is the one in which an observation is started, or in which its scope is first
   * opened; what is known of it when the observation stops is shown, a later {@code identify} too.
   *
   * <p>Snapshots and Reactor then restore what Micrometer carries after our Context, in the global
   * {@link ContextRegistry}: the other way round, an observation that began in a pipeline is
   * hidden. Where plain code makes spans current inside of observations, register Micrometer's
   * {@code ObservationAwareSpanThreadLocalAccessor} before; else the other thread has the
   * observation's.
   */
  public static void observe(ObservationRegistry registry, Waybill waybill) {
    FieldKeyValues keyValues = new FieldKeyValues(requireNonNull(waybill, "waybill"));
    registry.observationConfig().observationHandler(keyValues).observationFilter(keyValues);
    restoreAfterOurs(ContextRegistry.getInstance());
  }

  /** Puts all of Micrometer's behind ours, in the order that they have among each other. */
  private static void restoreAfterOurs(ContextRegistry accessors) {
    List<ThreadLocalAccessor<?>> all = List.copyOf(accessors.getThreadLocalAccessors());
    if (all.stream().noneMatch(one -> one.key().equals(ObservationThreadLocalAccessor.KEY))) {
      accessors.registerThreadLocalAccessor(ObservationThreadLocalAccessor.getInstance());
    }
    all.stream()
        .filter(one -> one.key().toString().startsWith("micrometer."))
        .forEach(accessors::registerThreadLocalAccessor);
  }

  /**
   * Returns a hook for {@code WaybillBuilder.onRequest}, where the server's observation is outside
   * of Waybill's filter or interceptor, as in Spring: the observation is of the request then.
   */
  public static BiConsumer<IncomingRequest, RequestScope> serverObservation(
      ObservationRegistry registry) {
    requireNonNull(registry, "registry");
    return (incoming, scope) -> remember(registry.getCurrentObservation(), scope);
  }

  private static void remember(@Nullable ObservationView current, RequestScope scope) {
    for (ObservationView at = current;
        at != null;
        at = at.getContextView().getParentObservation()) {
      if (at.getContextView() instanceof ReceiverContext<?> server) {
        FieldKeyValues.remember(server, scope);
        return;
      }
    }
  }

  /**
   * Returns Waybill's counters for a registry of Micrometer, {@code waybill.dropped} and the
   * others: Spring Boot's OpenTelemetry has no reader for its metrics. They count from the binding
   * on.
   */
  public static MeterBinder meters(Waybill waybill) {
    return WaybillMeters.of(requireNonNull(waybill, "waybill"));
  }
}
