package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.configuration.Configuration;
import io.waybill.sdk.internal.telemetry.PlainBaggage;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of OpenTelemetry's {@code baggage} propagator, which believes everybody and sends
 * everything to everybody. Whether a member is admitted depends on who sent it, and whether it is
 * released on who gets it. Waybill's interceptors know both, and read and write the header
 * themselves; beside them this one does nothing.
 *
 * <p>Where OpenTelemetry's own instrumentation says both ({@link InstrumentedCalls}), this one
 * decides: it writes into the call whose target it was told, and keeps what has come in until it is
 * told who has sent it.
 *
 * <pre>{@code
 * ContextPropagators.create(TextMapPropagator.composite(
 *     W3CTraceContextPropagator.getInstance(), WaybillPropagator.create()))
 * }</pre>
 *
 * <p><b>Threading.</b> Safe from any thread. One OpenTelemetry has one.
 */
public final class WaybillPropagator implements TextMapPropagator {
  /** The key of a carrier that is the URI of one hop of a redirect, or why that is not known. */
  private static final String HOP = "io.waybill.hop/1";

  /** The key of a carrier that is a peer: verified chain or null, remote and listening address. */
  private static final String SENT_BY = "io.waybill.peer/1";

  /** The key of a carrier that is the Context in which someone lets another request go on. */
  private static final String RESUMED_IN = "io.waybill.resumed/1";

  private static final String OPENTELEMETRY = "io.opentelemetry.";

  private final Configuration configuration;
  private final Unopened unopened = new Unopened();
  private final Applications applications = new Applications();

  /** By instrumentation: each is looked up, and warned about, once. */
  private final Map<String, Boolean> trusted = new ConcurrentHashMap<>();

  private volatile @Nullable OwnReceiver own;

  private WaybillPropagator(Configuration configuration) {
    this.configuration = configuration;
  }

  /** A carrier that asks for the propagator: propagators pass carriers on as they are. */
  private static final class Question {
    private @Nullable WaybillPropagator answer;
    private boolean isAnsweredTwice;
  }

  /** Returns a propagator that brings no configuration. */
  public static WaybillPropagator create() {
    return new WaybillPropagator(Configuration.NONE);
  }

  /**
   * Returns a propagator that brings a configuration, for {@link Waybill#configured}. For whoever
   * reads properties or a file: an autoconfiguration, a framework.
   *
   * @param properties returns the text of a key, such as {@code waybill.identities}, or null; it is
   *     asked again for each field that code declares, and always answers the same. A reader that
   *     knows of which fields something is said returns their names for {@code waybill.fields},
   *     with commas between them: one that nobody declares is then refused
   * @throws IllegalArgumentException if a text is none for its key; names both, and what was
   *     expected
   */
  public static WaybillPropagator configured(Function<String, @Nullable String> properties) {
    return new WaybillPropagator(Configuration.of(requireNonNull(properties, "properties")));
  }

  static Configuration configuration(OpenTelemetry openTelemetry) {
    return in(openTelemetry).configuration;
  }

  /**
   * Returns the one among the propagators of {@code openTelemetry}.
   *
   * @throws IllegalStateException if there is none, or one that sends baggage to any destination
   */
  static WaybillPropagator in(OpenTelemetry openTelemetry) {
    WaybillPropagator answer = asked(openTelemetry).answer;
    if (answer == null) {
      throw new IllegalStateException(
          "openTelemetry: no Waybill is configured (expected: waybill among its propagators, as in"
              + " otel.propagators=tracecontext,waybill, and no disabled: true in its YAML; or"
              + " Waybill.builder(..) for a set-up in code)");
    }
    if (PlainBaggage.isSentBy(openTelemetry, answer.configuration.fields().keySet())) {
      throw new IllegalStateException(
          "openTelemetry: a propagator beside waybill sends baggage to any destination, as baggage,"
              + " jaeger, ottrace and xray do (expected: none of them, as in"
              + " otel.propagators=tracecontext,waybill)");
    }
    return answer;
  }

  private static Question asked(OpenTelemetry openTelemetry) {
    Question question = new Question();
    try {
      openTelemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(PlainBaggage.withSpan(Context.root()), question, (asked, name, value) -> {});
    } catch (Throwable failed) {
      throw new IllegalStateException(
          "openTelemetry: one of its propagators fails (expected: none does, whatever the carrier)",
          failed);
    }
    if (question.isAnsweredTwice) {
      throw new IllegalStateException(
          "openTelemetry: waybill is twice among its propagators (expected: one)");
    }
    return question;
  }

  void bind(Borders borders) {
    own = new OwnReceiver(borders);
  }

  @Override
  public Collection<String> fields() {
    return List.of(BaggageParser.HEADER);
  }

  @Override
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    if (carrier instanceof Question question) {
      question.isAnsweredTwice |= question.answer != null && question.answer != this;
      question.answer = this;
    } else {
      try {
        if (carrier != null && !applications.announce(carrier)) {
          decide(context, carrier, setter);
        }
      } catch (Throwable failed) { // nobody catches it, and the call is the user's
        Warnings.instrumentedFailed(failed);
      }
    }
  }

  private <C> void decide(Context context, C carrier, TextMapSetter<C> setter) {
    Destination destination = destination(context, carrier, setter);
    if (destination != null) {
      release(context, configuration.overTls(destination), carrier, setter);
    }
  }

  /** Returns whom the carrier goes to; null if nobody has said it. */
  private @Nullable Destination destination(
      Context context, Object carrier, TextMapSetter<?> setter) {
    CallTarget target = CallTarget.in(context);
    if (carrier instanceof Map.Entry<?, ?> entry && HOP.equals(entry.getKey())) {
      if (entry.getValue() instanceof Throwable failed) {
        Warnings.instrumentedFailed(failed);
      }
      return entry.getValue() instanceof URI uri ? hop(uri, target) : null;
    }
    if (target == null || !target.isGrantedTo(setter)) {
      return null;
    }
    return target.redecides() || trusts(target.instrumentation()) ? target.destination() : null;
  }

  /** Returns whom {@code uri} names; the first hop mostly is the call's, which is there already. */
  private static @Nullable Destination hop(URI uri, @Nullable CallTarget target) {
    return target != null && target.isNamedBy(uri) ? target.destination() : Destination.of(uri);
  }

  private boolean trusts(String instrumentation) {
    Boolean known = trusted.get(instrumentation);
    if (known == null) {
      String name =
          instrumentation.startsWith(OPENTELEMETRY)
              ? instrumentation.substring(OPENTELEMETRY.length())
              : instrumentation;
      known = configuration.trustsRedirects(name);
      if (trusted.putIfAbsent(instrumentation, known) == null && !known) {
        Warnings.redirectsUndecided(name);
      }
    }
    return known;
  }

  private <C> void release(
      Context context, Destination destination, C carrier, TextMapSetter<C> setter) {
    List<Application> running = applications.running();
    OwnReceiver here = own;
    if (running.size() == 1) {
      running
          .get(0)
          .release(context, destination, (name, value) -> setter.set(carrier, name, value));
    } else if (running.isEmpty() && here != null) {
      here.borders().release(context, destination, carrier, setter);
    }
  }

  @Override
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    Context told = carrier instanceof Map.Entry<?, ?> entry ? told(context, entry) : null;
    if (told != null) {
      return told;
    }
    List<Receiver> receivers = applications.receivers(own);
    if (receivers.isEmpty() || carrier == null || getter instanceof TraceHeaders.TraceGetter) {
      return context;
    }
    try {
      Arrival arrival = Arrival.of(receivers, carrier, getter);
      unopened.watch(arrival);
      return arrival.storeIn(context);
    } catch (Throwable carrierFailed) {
      Warnings.instrumentedFailed(carrierFailed);
      return context;
    }
  }

  /** Returns null for what is a carrier of headers. */
  private static @Nullable Context told(Context context, Map.Entry<?, ?> entry) {
    if (SENT_BY.equals(entry.getKey()) && entry.getValue() instanceof Object[] peer) {
      return Arrival.from(context, sentBy(peer));
    }
    if (RESUMED_IN.equals(entry.getKey()) && entry.getValue() instanceof Context running) {
      return Arrival.in(context) == Arrival.in(running) ? running : context;
    }
    return null;
  }

  private static Peer sentBy(Object[] peer) {
    Certificate[] verified = peer[0] instanceof Certificate[] chain ? chain : new Certificate[0];
    return Peer.of(verified, (SocketAddress) peer[1], (SocketAddress) peer[2]);
  }
}
