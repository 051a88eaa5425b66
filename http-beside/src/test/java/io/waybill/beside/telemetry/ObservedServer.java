package io.waybill.beside.telemetry;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.waybill.http.jdkserver.WaybillHttpServer;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** A server whose requests Waybill opens, and Micrometer observes, outside of it or inside. */
enum ObservedServer {
  /** Micrometer has no filter for it: one as its documentation tells to write. */
  JDK {
    @Override
    Running start(
        Waybill waybill, ObservationRegistry registry, boolean outside, Supplier<String> handler)
        throws IOException {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      server.setExecutor(threads);
      HttpContext context =
          server.createContext(
              "/",
              exchange -> {
                byte[] text = handler.get().getBytes(StandardCharsets.UTF_8);
                try (exchange) {
                  exchange.sendResponseHeaders(200, text.length);
                  exchange.getResponseBody().write(text);
                }
              });
      List<Filter> filters =
          inOrder(outside, new ObservingFilter(registry), WaybillHttpServer.filter(waybill));
      context.getFilters().addAll(filters);
      server.start();
      return new Running(
          server.getAddress().getPort(),
          () -> {
            server.stop(0);
            threads.shutdown();
            threads.awaitTermination(60, TimeUnit.SECONDS);
          });
    }
  },
  /** By Spring's filter, as Boot adds it. */
  SERVLET {
    @Override
    Running start(
        Waybill waybill, ObservationRegistry registry, boolean outside, Supplier<String> handler)
        throws Exception {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
      tomcat.setPort(0);
      Context context = tomcat.addContext("", null);
      List<jakarta.servlet.Filter> filters =
          inOrder(outside, new ServerHttpObservationFilter(registry), WaybillFilter.of(waybill));
      for (jakarta.servlet.Filter filter : filters) {
        add(context, filter);
      }
      Tomcat.addServlet(context, "handler", new Handler(handler)).addMapping("/*");
      tomcat.start();
      return new Running(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
          });
    }
  };

  /**
   * What was started.
   *
   * @param stop stops it
   */
  record Running(int port, AutoCloseable stop) {}

  /**
   * Starts one on the loopback address.
   *
   * @param outside whether Micrometer is outside of Waybill
   * @param handler what answers
   */
  abstract Running start(
      Waybill waybill, ObservationRegistry registry, boolean outside, Supplier<String> handler)
      throws Exception;

  private static <F> List<F> inOrder(boolean outside, F theirs, F ours) {
    List<F> all = new ArrayList<>(List.of(theirs, ours));
    if (!outside) {
      Collections.reverse(all);
    }
    return all;
  }

  private static void add(Context context, jakarta.servlet.Filter filter) {
    FilterDef def = new FilterDef();
    def.setFilterName(filter.getClass().getName());
    def.setFilter(filter);
    def.setAsyncSupported("true");
    context.addFilterDef(def);
    FilterMap map = new FilterMap();
    map.setFilterName(def.getFilterName());
    map.addURLPattern("/*");
    context.addFilterMap(map);
  }

  private static final class Handler extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient Supplier<String> text;

    Handler(Supplier<String> text) {
      this.text = text;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(text.get());
    }
  }

  private static final class ObservingFilter extends Filter {
    private final ObservationRegistry registry;

    ObservingFilter(ObservationRegistry registry) {
      this.registry = registry;
    }

    @Override
    public String description() {
      return "Observes";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
      ReceiverContext<Headers> received = new ReceiverContext<>(Headers::getFirst, Kind.SERVER);
      received.setCarrier(exchange.getRequestHeaders());
      Observation observation = Observation.start("http.server.requests", () -> received, registry);
      try (Observation.Scope unused = observation.openScope()) {
        chain.doFilter(exchange);
      } finally {
        observation.stop();
      }
    }
  }
}
