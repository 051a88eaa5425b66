package io.waybill.examples.demo;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.jspecify.annotations.Nullable;

/**
 * A third party: plain OpenTelemetry, no Waybill. It keeps every header it gets, and shows on its
 * spans all the baggage it is told.
 */
final class PartnerService implements Service {
  private final WebServer server;
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();

  /** The headers of one request, names in lower case, and the number in its payload. */
  record Received(long number, Map<String, List<String>> headers) {}

  PartnerService(OpenTelemetry telemetry, Threads threads) {
    ServletContextHandler content = new ServletContextHandler();
    content.addServlet(new Payments(telemetry, received), "/payments");
    server = WebServer.start(content, threads);
  }

  URI uri() {
    return server.uri();
  }

  /** Returns what came in, and keeps it no longer. */
  List<Received> take() {
    List<Received> all = new ArrayList<>();
    for (Received next = received.poll(); next != null; next = received.poll()) {
      all.add(next);
    }
    return all;
  }

  @Override
  public void close() {
    server.close();
  }

  private static final class Payments extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient OpenTelemetry telemetry;
    private final transient Queue<Received> received;

    Payments(OpenTelemetry telemetry, Queue<Received> received) {
      this.telemetry = telemetry;
      this.received = received;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
      Context sent =
          telemetry
              .getPropagators()
              .getTextMapPropagator()
              .extract(Context.current(), request, HEADERS);
      Span span =
          telemetry
              .getTracer("partner")
              .spanBuilder("POST /payments")
              .setSpanKind(SpanKind.SERVER)
              .setParent(sent)
              .startSpan();
      try (Scope ignored = sent.with(span).makeCurrent()) {
        Baggage.current().forEach((key, entry) -> span.setAttribute(key, entry.getValue()));
        keep(request);
      } finally {
        span.end();
      }
    }

    private void keep(HttpServletRequest request) {
      Map<String, List<String>> headers = new TreeMap<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
      }
      long number = OrderForm.number(request.getParameter(OrderForm.ORDER));
      received.add(new Received(number, headers));
    }
  }

  private static final TextMapGetter<HttpServletRequest> HEADERS =
      new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
        public Iterable<String> keys(HttpServletRequest request) {
          return Collections.list(request.getHeaderNames());
        }

        @Override
        public @Nullable String get(@Nullable HttpServletRequest request, String name) {
          return request == null ? null : request.getHeader(name);
        }
      };
}
