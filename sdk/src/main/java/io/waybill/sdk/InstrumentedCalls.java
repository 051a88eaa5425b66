package io.waybill.sdk;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls that OpenTelemetry's own instrumentation knows, for code that stands inside of it. It
 * only states facts: who is called, who has called, and when it is over. What travels is decided by
 * the {@link WaybillPropagator}, which that instrumentation asks next.
 *
 * <pre>{@code
 * context = InstrumentedCalls.calling(context, destination, "io.opentelemetry.okhttp-3.0", true);
 * // .. the span is started, and the propagator injects into the call
 * context = InstrumentedCalls.receiving(context, request, readers::peer, "/orders");
 * }</pre>
 *
 * <p><b>Errors.</b> Nobody catches anything there, so nothing here throws; what fails is counted,
 * and the call goes on without a request.
 *
 * <p><b>Threading.</b> Safe from any thread; nothing is made current but around a user's hook.
 */
public final class InstrumentedCalls {
  private InstrumentedCalls() {}

  /**
   * Has {@code waybill} decide what calls get by the propagators of {@code openTelemetry}, and whom
   * they believe. The last one that was installed decides.
   *
   * @throws IllegalStateException if there is no {@link WaybillPropagator} among them, or one that
   *     sends baggage to any destination
   */
  public static void install(OpenTelemetry openTelemetry, Waybill waybill) {
    WaybillPropagator.in(openTelemetry).bind(waybill.borders());
  }

  /**
   * Returns {@code context} for a call to {@code target}, and to nobody else.
   *
   * @param target null, like a destination that no rule names, gets nothing
   * @param instrumentation the name of its instrumentation, as {@code io.opentelemetry.okhttp-3.0}
   * @param redecides whether that asks the propagator again at each hop of a redirect; one that
   *     does not sends nothing, unless {@code waybill.redirects.trust} names it
   */
  public static Context calling(
      Context context, @Nullable Destination target, String instrumentation, boolean redecides) {
    return target == null
        ? notCalling(context)
        : context.with(CallTarget.KEY, new CallTarget(target, instrumentation, redecides));
  }

  /** Returns {@code context} for an operation that is no call, or to nobody knows whom. */
  public static Context notCalling(Context context) {
    return CallTarget.in(context) == null ? context : context.with(CallTarget.KEY, null);
  }

  /**
   * Returns {@code context} for what {@code peer} sends, where the request object of its
   * instrumentation will know the same remote address (the very object), and no more: to be current
   * when that is asked.
   */
  public static Context sentBy(Context context, Peer peer) {
    return Arrival.from(context, peer);
  }

  /**
   * Returns {@code extracted} with the request that the propagator found there, as far as it is
   * admitted; as it is where it has found none, or it is opened already.
   *
   * @param peer returns who has sent {@code request}
   * @param operation as {@link WaybillBuilder#skip} has it
   */
  public static <R> Context receiving(
      Context extracted, R request, Function<? super R, Peer> peer, String operation) {
    Arrival arrival = Arrival.in(extracted);
    return arrival == null ? extracted : arrival.open(extracted, request, peer, operation);
  }

  /** Says that the SERVER span of the request in {@code context} is there, in that Context. */
  public static void started(Context context) {
    Arrival arrival = Arrival.in(context);
    if (arrival != null) {
      arrival.started(context);
    }
  }

  /** Ends the request that {@link #receiving} has opened in {@code context}, if it has. */
  public static void ended(Context context) {
    Arrival arrival = Arrival.in(context);
    if (arrival != null) {
      arrival.ended();
    }
  }
}
