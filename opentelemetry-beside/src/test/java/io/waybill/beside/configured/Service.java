package io.waybill.beside.configured;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.logging.LoggingSpanExporter;
import io.opentelemetry.exporter.logging.SystemOutLogRecordExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The service: for each request it starts a span, writes a log record, and calls its own service, a
 * partner and somebody whom nobody has named. Runs until its input ends.
 *
 * <p>Arguments: {@code code} or {@code configured}, its own port, and those of the three others.
 */
public final class Service {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());
  static final BaggageField<String> LOCALE = BaggageField.attribute("locale", FieldCodec.string());

  private Service() {}

  public static void main(String... args) throws Exception {
    if (args[0].equals("code")) {
      OpenTelemetrySdk openTelemetry = openTelemetryByCode();
      run(openTelemetry, waybillByCode(openTelemetry, args), args);
    } else {
      OpenTelemetrySdk openTelemetry =
          AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
      Waybill waybill =
          Waybill.configured(openTelemetry)
              .carry(USER)
              .carry(TENANT)
              .carry(PLAN)
              .carry(LOCALE)
              .build();
      run(openTelemetry, waybill, args);
    }
  }

  private static void run(OpenTelemetrySdk openTelemetry, Waybill waybill, String... args)
      throws Exception {
    try (openTelemetry) {
      Server server = serve(openTelemetry, waybill, args);
      System.out.println("ready");
      System.in.readAllBytes();
      server.stop();
    }
  }

  private static OpenTelemetrySdk openTelemetryByCode() {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(WaybillSpanProcessor.create())
                .addSpanProcessor(SimpleSpanProcessor.create(LoggingSpanExporter.create()))
                .build())
        .setLoggerProvider(
            SdkLoggerProvider.builder()
                .addLogRecordProcessor(WaybillLogRecordProcessor.create(ScopeFields.declared()))
                .addLogRecordProcessor(
                    SimpleLogRecordProcessor.create(SystemOutLogRecordExporter.create()))
                .build())
        .setPropagators(
            ContextPropagators.create(
                TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), WaybillPropagator.create())))
        .build();
  }

  private static Waybill waybillByCode(OpenTelemetry openTelemetry, String... args) {
    return Waybill.builder(openTelemetry)
        .carry(USER, rule -> rule.show(Shown.HASHED).alias("x-user"))
        .carry(TENANT)
        .carry(PLAN)
        .carry(LOCALE)
        .peers(
            PeerRules.none()
                .listener(Integer.parseInt(args[1]), TrustZone.OWN)
                .onlyFrom("127.0.0.0/8"))
        .destination("http://127.0.0.1:" + args[2], TrustZone.OWN)
        .destination("http://127.0.0.1:" + args[3], TrustZone.PARTNER, LOCALE)
        .limits(Limits.DEFAULT.withMembers(4))
        .build();
  }

  private static Server serve(OpenTelemetrySdk openTelemetry, Waybill waybill, String... args)
      throws Exception {
    HttpClient client = WaybillHttpClient.newBuilder(waybill).build();
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(args[1]));
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    FilterHolder filter = new FilterHolder(WaybillFilter.of(waybill));
    filter.setAsyncSupported(true);
    context.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class));
    context.addServlet(
        new ServletHolder(
            new HttpServlet() {
              private static final long serialVersionUID = 1;

              @Override
              protected void doGet(HttpServletRequest request, HttpServletResponse response)
                  throws IOException {
                openTelemetry.getTracer("service").spanBuilder("work").startSpan().end();
                openTelemetry
                    .getLogsBridge()
                    .get("service")
                    .logRecordBuilder()
                    .setBody("done")
                    .emit();
                for (int called = 2; called < args.length; called++) {
                  call(client, args[called]);
                }
                response.getWriter().print(seen());
              }
            }),
        "/");
    server.setHandler(context);
    server.start();
    return server;
  }

  private static String seen() {
    RequestScope scope = RequestScope.current();
    return scope.get(USER)
        + " "
        + scope.get(TENANT)
        + " "
        + scope.get(PLAN)
        + " "
        + scope.get(LOCALE);
  }

  private static void call(HttpClient client, String port) throws IOException {
    try {
      client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
          BodyHandlers.discarding());
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}
