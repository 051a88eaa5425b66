package io.waybill.opentelemetry.instrumentation;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.instrumentation.api.instrumenter.ContextCustomizer;
import io.opentelemetry.instrumentation.api.instrumenter.Instrumenter;
import io.opentelemetry.instrumentation.api.instrumenter.SpanKindExtractor;
import io.opentelemetry.instrumentation.api.semconv.http.HttpClientAttributesExtractor;
import io.opentelemetry.instrumentation.api.semconv.http.HttpClientAttributesGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP client that calls nobody, to see whether the customizer is asked about clients. */
final class Probe {
  private static final String NAME = "io.waybill.probe";
  private static final ContextKey<Boolean> REACHED = ContextKey.named("waybill-probe");

  private Probe() {}

  static boolean isNamed(String instrumentation) {
    return NAME.equals(instrumentation);
  }

  /** Returns what the customizer answers the probe with. */
  static ContextCustomizer<Object> answer() {
    return (context, request, attributes) -> context.with(REACHED, true);
  }

  /**
   * @throws IllegalStateException if it is not asked; says what to add
   */
  static void requireReached() {
    boolean reached;
    try {
      reached = started().get(REACHED) != null;
    } catch (LinkageError | RuntimeException failed) {
      throw new IllegalStateException(
          "OpenTelemetry's instrumentation can't be customized (expected:"
              + " opentelemetry-instrumentation-api and"
              + " opentelemetry-instrumentation-api-incubator on the class path, 2.23 or newer)",
          failed);
    }
    if (!reached) {
      throw new IllegalStateException(
          "OpenTelemetry's instrumentation does not ask Waybill whom it calls, so nothing would be"
              + " sent and nobody believed (expected:"
              + " opentelemetry-instrumentation-api-incubator on the class path, 2.23 or newer, in"
              + " one class loader with waybill-opentelemetry-instrumentation, and the latter's"
              + " META-INF/services where classes are shaded)");
    }
  }

  private static Context started() {
    Instrumenter<String, String> client =
        Instrumenter.<String, String>builder(OpenTelemetry.noop(), NAME, request -> NAME)
            .addAttributesExtractor(HttpClientAttributesExtractor.create(new Nothing()))
            .buildInstrumenter(SpanKindExtractor.alwaysClient());
    Context context = client.start(Context.root(), NAME);
    client.end(context, NAME, null, null);
    return context;
  }

  private static final class Nothing implements HttpClientAttributesGetter<String, String> {
    @Override
    public @Nullable String getUrlFull(String request) {
      return null;
    }

    @Override
    public @Nullable String getServerAddress(String request) {
      return null;
    }

    @Override
    public @Nullable Integer getServerPort(String request) {
      return null;
    }

    @Override
    public @Nullable String getHttpRequestMethod(String request) {
      return null;
    }

    @Override
    public List<String> getHttpRequestHeader(String request, String name) {
      return List.of();
    }

    @Override
    public @Nullable Integer getHttpResponseStatusCode(
        String request, String response, @Nullable Throwable error) {
      return null;
    }

    @Override
    public List<String> getHttpResponseHeader(String request, String response, String name) {
      return List.of();
    }
  }
}
