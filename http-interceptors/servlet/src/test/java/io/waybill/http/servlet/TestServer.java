package io.waybill.http.servlet;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** A container on 127.0.0.1 with our filter in it, and a raw client. */
final class TestServer implements AutoCloseable {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());
  static final LocalField<char[]> TOKEN = LocalField.secret("token");
  static final LocalField<String> COOKIES = LocalField.named("cookies");

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RunningContainer container;

  private int port;
  private boolean closed;

  interface Page {
    void serve(HttpServletRequest request, HttpServletResponse response) throws Exception;
  }

  TestServer(Container container) {
    this.container = container.create();
  }

  /** A Waybill that believes every peer. */
  WaybillBuilder waybill() {
    return Waybill.builder(telemetry.openTelemetry())
        .carry(USER)
        .carry(PLAN)
        .keep(TOKEN)
        .keep(COOKIES)
        .peers(peer -> TrustZone.OWN);
  }

  /** Adds a filter for all dispatches; the first added is the outermost. */
  TestServer filter(Filter filter) {
    return filter(filter, EnumSet.allOf(DispatcherType.class));
  }

  TestServer filter(Filter filter, Set<DispatcherType> dispatches) {
    container.addFilter(filter, dispatches);
    return this;
  }

  TestServer page(String path, Page page) {
    container.addServlet(new PageServlet(page), path);
    return this;
  }

  TestServer errorPage(String path) {
    container.setErrorPage(path);
    return this;
  }

  /** Has {@code log} told of each request, once it is answered. */
  TestServer accessLog(RunningContainer.AccessLog log) {
    container.setAccessLog(log);
    return this;
  }

  TestServer start() throws Exception {
    port = container.start();
    return this;
  }

  int port() {
    return port;
  }

  /** Starts a second port, for mutual TLS; returns its number. */
  int startTls(SSLContext tls) throws Exception {
    return startTls(tls, 0);
  }

  int startTls(SSLContext tls, int port) throws Exception {
    return container.startTls(tls, port);
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(path, headers), BodyHandlers.ofString());
  }

  HttpRequest request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/app" + path))
            .timeout(Duration.ofSeconds(30));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  HttpClient client() {
    return client;
  }

  OpenTelemetry openTelemetry() {
    return telemetry.openTelemetry();
  }

  List<SpanData> spans() {
    return telemetry.spans();
  }

  /** Returns the only span, once it has ended: the client may have its answer before. */
  SpanData span() {
    List<SpanData> ended = spans();
    if (ended.size() != 1) {
      throw new AssertionError("expected one span, but there were " + ended);
    }
    return ended.get(0);
  }

  static String attribute(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  static Long number(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.longKey(name));
  }

  /** Returns who the current request is from, or what says that there is none. */
  static String currentUser() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "no request" : String.valueOf(scope.get(USER));
  }

  @Override
  public void close() throws Exception {
    if (!closed) {
      closed = true;
      container.close();
      telemetry.requireEachSpanEndedOnce();
      telemetry.close();
    }
  }

  private static final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Page page;

    PageServlet(Page page) {
      this.page = page;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      try {
        page.serve(request, response);
      } catch (IOException | ServletException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
