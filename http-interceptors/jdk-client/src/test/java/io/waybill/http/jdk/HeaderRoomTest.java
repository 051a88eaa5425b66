package io.waybill.http.jdk;

import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.context.Context;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that take 8192 bytes of a request's head, as they come. */
class HeaderRoomTest {
  private final Telemetry telemetry = new Telemetry();
  private final List<AutoCloseable> running = new ArrayList<>();

  private interface Start {
    /** Starts a server, adds what stops it, and returns its port. */
    int start(List<AutoCloseable> running) throws Exception;
  }

  enum Container {
    JETTY(HeaderRoomTest::jetty),
    TOMCAT(HeaderRoomTest::tomcat);

    private final Start start;

    Container(Start start) {
      this.start = start;
    }
  }

  private static int jetty(List<AutoCloseable> running) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(new Telling()), "/*");
    server.setHandler(context);
    server.start();
    running.add(server::stop);
    return connector.getLocalPort();
  }

  private static int tomcat(List<AutoCloseable> running) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setSilent(true);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Wrapper servlet = Tomcat.addServlet(tomcat.addContext("", null), "telling", new Telling());
    servlet.addMapping("/*");
    tomcat.start();
    running.add(tomcat::destroy);
    running.add(tomcat::stop);
    return tomcat.getConnector().getLocalPort();
  }

  /** Answers with the baggage that it has got. */
  private static final class Telling extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(request.getHeader("baggage"));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
    telemetry.close();
  }

  /** Whatever the application sends itself: the server answers as it does without baggage. */
  @ParameterizedTest
  @EnumSource
  void baggage_costsNoCall(Container container) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + container.start.start(running) + "/");
    HttpClient plain = HttpClient.newHttpClient();
    Waybill waybill = waybill(uri, Limits.DEFAULT);
    int answered = 0;
    for (int own = 0; own < 8192; own += 512) {
      for (HttpRequest request : requests(uri, own)) {
        int status = plain.send(request, BodyHandlers.discarding()).statusCode();
        HttpResponse<String> response = inFullRequest(waybill, plain, request);
        answered += status == 200 ? 1 : 0;

        assertThat(response.statusCode()).as("with %s bytes of its own", own).isEqualTo(status);
        if (own <= 4096) {
          assertThat(response.body()).contains("user.id=u-1").hasSizeGreaterThan(2000);
        }
      }
    }
    assertThat(answered).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource
  void baggage_hasTheRoomThatSetUpSays(Container container) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + container.start.start(running) + "/");
    Limits raised = Limits.DEFAULT.withHttpHeadBytes(65_535);
    HttpRequest request = HttpRequest.newBuilder(uri).header("x-own", "o".repeat(1024)).build();

    HttpResponse<String> response =
        inFullRequest(waybill(uri, raised), HttpClient.newHttpClient(), request);

    assertThat(response.statusCode()).as("as the servers come").isGreaterThanOrEqualTo(400);
  }

  /** In a header, in two, and in the address. */
  private static List<HttpRequest> requests(URI uri, int own) {
    String text = "o".repeat(own);
    return List.of(
        HttpRequest.newBuilder(uri).header("x-own", text).build(),
        HttpRequest.newBuilder(uri)
            .header("x-own", text.substring(own / 2))
            .header("cookie", "a=" + text.substring(0, own / 2))
            .build(),
        HttpRequest.newBuilder(
                URI.create(uri + text.substring(own / 2) + "?q=" + text.substring(0, own / 2)))
            .build());
  }

  private Waybill waybill(URI uri, Limits limits) {
    return telemetry
        .waybill()
        .destination("http://127.0.0.1:" + uri.getPort(), TrustZone.OWN)
        .limits(limits)
        .build();
  }

  /** In a request with 8192 bytes of baggage. */
  private static HttpResponse<String> inFullRequest(
      Waybill waybill, HttpClient client, HttpRequest request) throws Exception {
    HttpClient wrapped = WaybillHttpClient.wrap(client, waybill);
    BaggageBuilder baggage = Baggage.builder();
    IntStream.range(0, 62).forEach(i -> baggage.put("member-" + i, "v".repeat(118)));
    try (var ignored = Context.current().with(baggage.build()).makeCurrent()) {
      return waybill
          .request()
          .with(USER, "u-1")
          .call(() -> wrapped.send(request, BodyHandlers.ofString()));
    }
  }
}
