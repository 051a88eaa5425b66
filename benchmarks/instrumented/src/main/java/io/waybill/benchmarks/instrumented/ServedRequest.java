package io.waybill.benchmarks.instrumented;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.instrumentation.api.instrumenter.Instrumenter;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerAttributesExtractor;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerAttributesGetter;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.grpc.Identity;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumentation;
import io.waybill.sdk.WaybillPropagator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request as an instrumentation of a server has it: extracted, started, ended. */
public class ServedRequest {
  @Benchmark
  public Context traceContext(TraceContext server) {
    return server.serve();
  }

  @Benchmark
  @Against("traceContext")
  public Context openTelemetry(OfOpenTelemetry server) {
    return server.serve();
  }

  @Benchmark
  @Against("openTelemetry")
  public Context inside(OfWaybill server) {
    return server.serve();
  }

  /** Propagates traces alone. */
  @State(Scope.Thread)
  public static class TraceContext {
    private final Map<String, String> request =
        Map.of("traceparent", Identity.TRACEPARENT, "baggage", Identity.BAGGAGE);
    @Nullable Instrumenter<Map<String, String>, String> server;

    OpenTelemetry openTelemetry() {
      Inside.nobody();
      return Inside.traceContext();
    }

    /** Makes the instrumentation. */
    @Setup
    public void setUp() {
      OpenTelemetry openTelemetry = openTelemetry();
      server =
          Instrumenter.<Map<String, String>, String>builder(
                  openTelemetry, "shop.server", request -> "GET")
              .addAttributesExtractor(HttpServerAttributesExtractor.create(new Attributes()))
              .buildServerInstrumenter(new Headers());
    }

    Context serve() {
      Instrumenter<Map<String, String>, String> serving = requireNonNull(server);
      Context context = serving.start(Context.root(), request);
      serving.end(context, request, "answer", null);
      return context;
    }
  }

  /** Believes everybody. */
  @State(Scope.Thread)
  public static class OfOpenTelemetry extends TraceContext {
    @Override
    OpenTelemetry openTelemetry() {
      Inside.nobody();
      return Telemetry.with(W3CBaggagePropagator.getInstance());
    }
  }

  /** Asks Waybill whom to believe. */
  @State(Scope.Thread)
  public static class OfWaybill extends TraceContext {
    @Override
    OpenTelemetry openTelemetry() {
      Inside.waybill();
      OpenTelemetry openTelemetry = Telemetry.with(WaybillPropagator.create());
      WaybillInstrumentation.install(openTelemetry, Caller.waybill(openTelemetry, Caller.ORIGIN));
      return openTelemetry;
    }
  }

  private static final class Attributes
      implements HttpServerAttributesGetter<Map<String, String>, String> {
    @Override
    public String getHttpRequestMethod(Map<String, String> request) {
      return "GET";
    }

    @Override
    public String getUrlScheme(Map<String, String> request) {
      return "http";
    }

    @Override
    public String getUrlPath(Map<String, String> request) {
      return "/orders";
    }

    @Override
    public @Nullable String getUrlQuery(Map<String, String> request) {
      return null;
    }

    @Override
    public List<String> getHttpRequestHeader(Map<String, String> request, String name) {
      return List.of();
    }

    @Override
    public Integer getHttpResponseStatusCode(
        Map<String, String> request, String response, @Nullable Throwable error) {
      return 200;
    }

    @Override
    public List<String> getHttpResponseHeader(
        Map<String, String> request, String response, String name) {
      return List.of();
    }
  }

  private static final class Headers implements TextMapGetter<Map<String, String>> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String name) {
      return carrier == null ? null : carrier.get(name);
    }
  }
}
