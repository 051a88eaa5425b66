package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.extension.trace.propagation.JaegerPropagator;
import io.opentelemetry.extension.trace.propagation.OtTracePropagator;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever sends Baggage beside Waybill is found, in whatever way he does. */
class BaggageBesideTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  @SuppressWarnings("deprecation") // which others still use
  static Stream<TextMapPropagator> senders() {
    return Stream.of(
        W3CBaggagePropagator.getInstance(),
        JaegerPropagator.getInstance(),
        OtTracePropagator.getInstance(),
        new Listed());
  }

  /** Sends one entry, of a name that it was told. */
  private static final class Listed implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return List.of("x-user");
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
      String user = Baggage.fromContext(context).getEntryValue("user.id");
      if (user != null) {
        setter.set(carrier, "x-user", user);
      }
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
      return context;
    }

    @Override
    public String toString() {
      return "of listed keys";
    }
  }

  private static OpenTelemetry beside(TextMapPropagator sender, TextMapPropagator waybill) {
    return OpenTelemetry.propagating(
        ContextPropagators.create(TextMapPropagator.composite(sender, waybill)));
  }

  @ParameterizedTest
  @MethodSource("senders")
  void sender_getsNoIdentity(TextMapPropagator sender) {
    OpenTelemetry openTelemetry = beside(sender, WaybillPropagator.create());
    Waybill waybill = Waybill.builder(openTelemetry).carry(USER).build();
    Map<String, String> sent = new HashMap<>();

    waybill
        .request()
        .with(USER, "anna")
        .run(
            () -> {
              try (Scope ignored = span().makeCurrent()) {
                openTelemetry
                    .getPropagators()
                    .getTextMapPropagator()
                    .inject(Context.current(), sent, Map::put);
              }
            });

    assertThat(sent.toString()).doesNotContain("anna");
  }

  @ParameterizedTest
  @MethodSource("senders")
  void sender_isRefusedWhereSetUpIsStrict(TextMapPropagator sender) {
    assertThatIllegalStateException()
        .isThrownBy(
            Waybill.builder(beside(sender, WaybillPropagator.create())).carry(USER).strict()::build)
        .withMessageStartingWith("strict: a plain baggage propagator is there");
  }

  @ParameterizedTest
  @MethodSource("senders")
  void sender_isRefusedBesideAConfiguredWaybill(TextMapPropagator sender) {
    Map<String, String> properties = Map.of("waybill.identities", "user.id");

    assertThatIllegalStateException()
        .isThrownBy(
            () -> Waybill.configured(beside(sender, WaybillPropagator.configured(properties::get))))
        .withMessageContaining("a propagator beside waybill sends baggage to any destination");
  }

  private static Span span() {
    return Span.wrap(
        SpanContext.create(
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.getDefault()));
  }
}
