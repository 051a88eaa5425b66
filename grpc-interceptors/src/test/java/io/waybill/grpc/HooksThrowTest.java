package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.testing.CountedTelemetry;
import java.util.Collection;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the application has hung into Waybill or OpenTelemetry throws, on both sides. */
class HooksThrowTest {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");

  private final TwoSides sides = new TwoSides();
  private final Handler handler = new ThrowingHandler();

  enum Hook {
    PEERS,
    ON_REQUEST,
    CODEC,
    SPAN_START,
    SPAN_END,
    SAMPLER,
    INJECT,
    EXTRACT,
    /** The end of a span, and the log that is told of it. */
    LOG
  }

  @AfterEach
  void close() throws Exception {
    LOGGER.removeHandler(handler);
    sides.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Hook.values()).map(hook -> Arguments.of(kind, hook)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void call_goesOn(Kind kind, Hook hook) throws Exception {
    BaggageField<String> broken =
        BaggageField.attribute(
            "broken",
            FieldCodec.of(text -> text, text -> fail(hook == Hook.CODEC, text), "a text"));
    sides.setUp = builder -> setUp(builder, hook).carry(broken);
    if (hook == Hook.LOG) {
      LOGGER.addHandler(handler);
    }
    try (OpenTelemetrySdk failing = failing(hook)) {
      sides.spans = new CountedTelemetry(failing);

      Side side =
          sides.same(
              LowLevelHandler::new,
              one -> {
                OneCall call = new OneCall(kind);
                if (one.waybill() == null) {
                  one.start(call);
                } else {
                  one.waybill()
                      .request()
                      .with(USER, ANNA)
                      .with(broken, "x")
                      .run(() -> call.start(one.channel(), CallOptions.DEFAULT));
                }
                return call.send().outcome();
              });

      side.handler().awaitEnd();
      String user = hook == Hook.PEERS ? "nobody" : ANNA;
      assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + user));
    }
  }

  private static WaybillBuilder setUp(WaybillBuilder builder, Hook hook) {
    return switch (hook) {
      case PEERS -> builder.peers(peer -> fail(true, null));
      case ON_REQUEST -> builder.onRequest((incoming, scope) -> fail(true, null));
      default -> builder;
    };
  }

  private static OpenTelemetrySdk failing(Hook hook) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setSampler(hook == Hook.SAMPLER ? new Failing(hook) : Sampler.alwaysOn())
                .addSpanProcessor(new Failing(hook))
                .build())
        .setPropagators(ContextPropagators.create(new Failing(hook)))
        .build();
  }

  /** Throws what a broken class path throws: more than a catch of exceptions holds. */
  private static <T> T fail(boolean now, T otherwise) {
    if (now) {
      throw new NoClassDefFoundError(ANNA);
    }
    return otherwise;
  }

  private static final class ThrowingHandler extends Handler {
    @Override
    public void publish(LogRecord record) {
      fail(true, null);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private record Failing(Hook hook) implements Sampler, SpanProcessor, TextMapPropagator {
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public void close() {}

    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      return fail(true, null);
    }

    @Override
    public String getDescription() {
      return "fails";
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      fail(hook == Hook.SPAN_START, null);
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      fail(hook == Hook.SPAN_END || hook == Hook.LOG, null);
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public Collection<String> fields() {
      return W3C.fields();
    }

    @Override
    public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
      // Set-up, which probes the propagators without a span, may throw.
      fail(hook == Hook.INJECT && Span.fromContext(context).getSpanContext().isValid(), null);
      W3C.inject(context, carrier, setter);
    }

    @Override
    public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
      fail(hook == Hook.EXTRACT, null);
      return W3C.extract(context, carrier, getter);
    }
  }
}
