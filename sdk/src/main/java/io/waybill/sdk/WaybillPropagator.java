package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.configuration.Configuration;
import io.waybill.sdk.internal.telemetry.PlainBaggage;
import io.waybill.sdk.internal.wire.BaggageParser;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
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
  private static final WaybillPropagator INSTANCE = new WaybillPropagator(Configuration.NONE);

  private final Configuration configuration;

  private WaybillPropagator(Configuration configuration) {
    this.configuration = configuration;
  }

  /** A carrier that asks for what is configured: propagators pass carriers on as they are. */
  private static final class Question {
    private @Nullable Configuration answer;
    private boolean isAnsweredTwice;
  }

  /** Returns the propagator; it has no state. */
  public static WaybillPropagator getInstance() {
    return INSTANCE;
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
    Configuration answer = asked(openTelemetry).answer;
    if (answer == null) {
      throw new IllegalStateException(
          "openTelemetry: no Waybill is configured (expected: waybill among its propagators, as in"
              + " otel.propagators=tracecontext,waybill, and no disabled: true in its YAML; or"
              + " Waybill.builder(..) for a set-up in code)");
    }
    if (PlainBaggage.isSentBy(openTelemetry, answer.fields().keySet())) {
      throw new IllegalStateException(
          "openTelemetry: a propagator beside waybill sends baggage to any destination, as baggage,"
              + " jaeger and ottrace do (expected: none of them, as in"
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
          "openTelemetry: waybill is twice among its propagators, with two configurations"
              + " (expected: one)");
    }
    return question;
  }

  @Override
  public Collection<String> fields() {
    return List.of(BaggageParser.HEADER);
  }

  @Override
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    // Nobody has said who is called, and what is released belongs to one call.
    if (carrier instanceof Question question) {
      question.isAnsweredTwice |= question.answer != null && question.answer != configuration;
      question.answer = configuration;
    }
  }

  @Override
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    return context;
  }
}
