package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.RequestScope;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What containers make of a page that throws, and who is still seen when they log it. */
class FailingPageTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  private final Waybill waybill = Left.waybill(openTelemetry);
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private Container.Running server;

  @AfterEach
  void stop() throws Exception {
    server.close();
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    openTelemetry.close();
  }

  static Stream<Arguments> containersAndPages() {
    return Stream.of(Container.values())
        .flatMap(container -> Stream.of(Page.values()).map(page -> Arguments.of(container, page)));
  }

  private enum Page {
    THROWS {
      @Override
      void serve(HttpServletResponse response) {
        throw new IllegalStateException("expected");
      }
    },
    SETS_503_AND_THROWS {
      @Override
      void serve(HttpServletResponse response) {
        response.setStatus(503);
        throw new IllegalStateException("expected");
      }
    },
    SETS_404_AND_THROWS_WRAPPED {
      @Override
      void serve(HttpServletResponse response) throws ServletException {
        response.setStatus(404);
        throw new ServletException(new IllegalStateException("expected"));
      }
    };

    abstract void serve(HttpServletResponse response) throws ServletException;
  }

  private static final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private final Page page;

    PageServlet(Page page) {
      this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException {
      RequestScope.current().identify(USER, "u-1");
      page.serve(response);
    }
  }

  @ParameterizedTest
  @MethodSource("containersAndPages")
  void status_onTheSpan_isThatOnTheWire(Container container, Page page) throws Exception {
    int answered = get(container, page, List.of());

    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(answered);
  }

  /** BOUNDARIES.md: Tomcat's line is written outside of the filters, where no request is. */
  @Test
  void exception_isLoggedByTomcatOutsideOfTheRequest_andByAFilterInside() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Logger tomcats = Logger.getLogger("org.apache.catalina.core");
    Handler handler = new Asking(seen);
    Filter logging =
        (request, response, chain) -> {
          try {
            chain.doFilter(request, response);
          } catch (RuntimeException thrown) {
            seen.add("filter u-" + (RequestScope.current().get(USER) == null ? "0" : "1"));
            throw thrown;
          }
        };
    tomcats.addHandler(handler);
    try {
      get(Container.TOMCAT, Page.THROWS, List.of(logging));
    } finally {
      tomcats.removeHandler(handler);
    }

    assertThat(seen).containsExactly("filter u-1", "tomcat null");
  }

  private static final class Asking extends Handler {
    private final Queue<String> seen;

    Asking(Queue<String> seen) {
      this.seen = seen;
    }

    @Override
    public void publish(LogRecord line) {
      if (line.getThrown() != null) {
        seen.add("tomcat " + RequestScope.currentOrNull());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private int get(Container container, Page page, List<Filter> inside) throws Exception {
    List<Filter> filters =
        Stream.concat(Stream.of(WaybillFilter.of(waybill)), inside.stream()).toList();
    server = container.start(threads, "/*", filters, new PageServlet(page));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
