package io.waybill.beside.micrometer;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** Micrometer over a plain OpenTelemetry SDK, and a Tomcat with Spring's filter. */
final class ByHand implements Company {
  private final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder().addSpanProcessor(WaybillSpanProcessor.create()).build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), WaybillPropagator.create())))
          .build();
  private final OtelTracer tracer;
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final Tomcat tomcat = new Tomcat();

  ByHand(Around around) {
    OtelCurrentTraceContext current = WaybillMicrometer.currentTraceContext();
    io.opentelemetry.api.trace.Tracer spans = openTelemetry.getTracer("micrometer");
    tracer =
        WaybillMicrometer.tracer(
            spans, current, event -> {}, new OtelBaggageManager(current, List.of(), List.of()));
    OtelPropagator propagator = new OtelPropagator(openTelemetry.getPropagators(), spans);
    registry
        .observationConfig()
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                new DefaultTracingObservationHandler(tracer)));
    Waybill waybill = Fields.of(openTelemetry).peers(peer -> TrustZone.OWN).build();
    WaybillMicrometer.observe(registry, waybill);
    start(around, WaybillFilter.of(waybill));
  }

  private void start(Around around, Filter ours) {
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(0);
    Context context = tomcat.addContext("", null);
    if (around.isOutside()) {
      add(context, "observed", new ServerHttpObservationFilter(registry));
    }
    add(context, "waybill", ours);
    if (around == Around.INSIDE) {
      add(context, "observed", new ServerHttpObservationFilter(registry));
    }
    if (around == Around.BOTH) {
      add(context, "security", Fields.observing(() -> registry));
    }
    Wrapper who = Tomcat.addServlet(context, "who", new Who());
    who.setAsyncSupported(true);
    who.addMapping("/who");
    try {
      tomcat.start();
    } catch (LifecycleException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void add(Context context, String name, Filter filter) {
    FilterDef def = new FilterDef();
    def.setFilterName(name);
    def.setFilter(filter);
    def.setAsyncSupported("true");
    context.addFilterDef(def);
    FilterMap map = new FilterMap();
    map.setFilterName(name);
    map.addURLPattern("/*");
    map.setDispatcher(DispatcherType.REQUEST.name());
    context.addFilterMap(map);
  }

  private final class Who extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(observe("handler", Identities::seen));
    }
  }

  @Override
  public ObservationRegistry registry() {
    return registry;
  }

  @Override
  public Tracer tracer() {
    return tracer;
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException failed) {
      throw new IllegalStateException(failed);
    }
    openTelemetry.close();
  }
}
