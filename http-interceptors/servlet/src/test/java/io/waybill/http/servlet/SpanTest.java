package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.attribute;
import static io.waybill.http.servlet.TestServer.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a span says of a request is what the client asked for, and what it got. */
@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class SpanTest {
  private static final String MVC_PATTERN =
      "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  private final Container container;
  private final TestServer server;

  SpanTest(Container container) {
    this.container = container;
    server = new TestServer(container);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** What a page did before it threw. */
  private enum Before {
    NOTHING(0),
    SET(503),
    SENT(404);

    private final int status;

    Before(int status) {
      this.status = status;
    }
  }

  static Stream<Exception> thrown() {
    return Stream.of(
        new IllegalStateException("expected"),
        new IOException("expected"),
        new ServletException("expected", new ServletException(new IllegalStateException("root"))),
        new ServletException("expected"),
        new UnavailableException("for good"),
        new UnavailableException("for a while", 1));
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void status_afterAnException_isThatOnTheWire(Exception thrown) throws Exception {
    for (Before before : Before.values()) {
      if (before == Before.SENT && container.isTomcat()) {
        continue; // It says that it is committed, and answers anew all the same.
      }
      try (TestServer each = new TestServer(container)) {
        each.filter(WaybillFilter.of(each.waybill().build()));
        each.page(
            "/throws",
            (request, response) -> {
              if (before == Before.SET) {
                response.setStatus(before.status);
              } else if (before == Before.SENT) {
                response.sendError(before.status);
              }
              throw thrown;
            });
        each.start();

        int answered = each.get("/throws").statusCode();

        assertThat(number(each.span(), "http.response.status_code"))
            .as("%s, %s", before, thrown)
            .isEqualTo(answered);
      }
    }
  }

  @Test
  void status_thatWentOutBeforeAnException_isKept() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page(
            "/throws",
            (request, response) -> {
              response.setStatus(202);
              response.flushBuffer();
              throw new IllegalStateException("expected");
            })
        .start();

    try {
      server.get("/throws");
    } catch (IOException cutOff) {
      // The container has no other way to tell it.
    }

    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(202);
    assertThat(attribute(server.span(), "error.type"))
        .isEqualTo(IllegalStateException.class.getName());
  }

  @Test
  void errorType_ofServletExceptions_isTheirRootCause() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page(
            "/throws",
            (request, response) -> {
              Exception root = new IllegalStateException("expected");
              throw new ServletException("outer", new ServletException("inner", root));
            })
        .start();

    server.get("/throws");

    assertThat(attribute(server.span(), "error.type"))
        .isEqualTo(IllegalStateException.class.getName());
  }

  @Test
  void errorType_ofServletExceptionWithoutCause_isItsClass() {
    assertThat(Failure.cause(new ServletException("alone"))).hasMessage("alone");
  }

  @Test
  void errorType_ofServletExceptionsInACircle_isOneOfThem() {
    assertThat(Failure.cause(new Circular())).isInstanceOf(Circular.class);
  }

  private static final class Circular extends ServletException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return this;
    }

    @Override
    public Throwable getRootCause() {
      return this;
    }
  }

  @Test
  void firstDispatch_toAnErrorPage_isTheRequestThatFailed() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()), Set.of(DispatcherType.ERROR))
        .page(
            "/orders/*",
            (request, response) -> {
              throw new ServletException(new IllegalStateException("expected"));
            })
        .page("/error", (request, response) -> response.getWriter().print("sorry"))
        .errorPage("/error")
        .start();

    HttpResponse<String> answer = post("/orders/7?a=b");

    assertThat(answer.statusCode()).isEqualTo(500);
    SpanData span = server.span();
    assertThat(span.getName()).isEqualTo("POST");
    assertAsked(span);
    assertThat(attribute(span, "http.route")).isNull();
    assertThat(number(span, "http.response.status_code")).isEqualTo(500);
    assertThat(attribute(span, "error.type")).isEqualTo(IllegalStateException.class.getName());
  }

  @Test
  void firstDispatch_toAnErrorPageThatChangesTheStatus_isWhatItAnswers() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()), Set.of(DispatcherType.ERROR))
        .page("/orders/*", (request, response) -> response.sendError(503))
        .page("/error", (request, response) -> response.setStatus(429))
        .errorPage("/error")
        .start();

    int answered = post("/orders/7?a=b").statusCode();

    assertThat(answered).isEqualTo(429);
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(429);
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  /** As Spring MVC does, under one servlet for everything; its error page is a handler as well. */
  @ParameterizedTest
  @CsvSource({"/*, /orders/{id}, /app/orders/{id}", "/api/*, orders/{id}, /app/api/orders/{id}"})
  void routeOfAHandler_isKnownAtTheEnd(String mapped, String pattern, String route)
      throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page(
            mapped,
            (request, response) -> {
              request.setAttribute(MVC_PATTERN, pattern);
              response.sendError(503);
            })
        .page("/error", (request, response) -> request.setAttribute(MVC_PATTERN, "/error"))
        .errorPage("/error")
        .start();

    post(mapped.replace("*", "orders/7"));

    assertThat(server.span().getName()).isEqualTo("POST " + route);
    assertThat(attribute(server.span(), "http.route")).isEqualTo(route);
  }

  @Test
  void routeOfAHandlerThatAnswersLater_isNotThatOfTheErrorPage() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page(
            "/orders/*",
            (request, response) -> {
              request.setAttribute(MVC_PATTERN, "/{id}");
              AsyncContext async = request.startAsync();
              request.setAttribute(MVC_PATTERN, "/error");
              async.complete();
            })
        .start();

    post("/orders/7");

    assertThat(attribute(server.span(), "http.route")).isEqualTo("/app/orders/{id}");
  }

  @ParameterizedTest
  @CsvSource({"FORWARD", "ASYNC"})
  void firstDispatch_toAnotherServlet_isTheRequestThatCame(DispatcherType dispatch)
      throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()), Set.of(dispatch))
        .page(
            "/orders/*",
            (request, response) -> {
              if (dispatch == DispatcherType.FORWARD) {
                request.getRequestDispatcher("/other?c=d").forward(request, response);
              } else {
                request.startAsync().dispatch("/other?c=d");
              }
            })
        .page("/other", (request, response) -> response.setStatus(201))
        .start();

    assertThat(post("/orders/7?a=b").statusCode()).isEqualTo(201);

    assertThat(server.span().getName()).isEqualTo("POST /app/orders/*");
    assertAsked(server.span());
    assertThat(attribute(server.span(), "http.route")).isEqualTo("/app/orders/*");
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(201);
  }

  @Test
  void firstDispatch_forwardOfARequestWithoutQuery_hasNone() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()), Set.of(DispatcherType.FORWARD))
        .page(
            "/orders",
            (request, response) ->
                request.getRequestDispatcher("/other?c=d").forward(request, response))
        .page("/other", (request, response) -> response.setStatus(201))
        .start();

    server.get("/orders");

    assertThat(attribute(server.span(), "url.path")).isEqualTo("/app/orders");
    assertThat(attribute(server.span(), "url.query")).isNull();
  }

  private static void assertAsked(SpanData span) {
    assertThat(attribute(span, "http.request.method")).isEqualTo("POST");
    assertThat(attribute(span, "url.path")).isEqualTo("/app/orders/7");
    assertThat(attribute(span, "url.query")).isEqualTo("a=b");
  }

  /** The container logs it, and nobody else hears of it: the request ends by its timeout. */
  @ParameterizedTest
  @CsvSource({"true, java.lang.StackOverflowError", "false, java.lang.IllegalStateException"})
  void throwable_outOfStart_isOnTheSpan(boolean error, String type) throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.setTimeout(50);
              async.start(
                  () -> {
                    if (error) {
                      throw new StackOverflowError("expected");
                    }
                    throw new IllegalStateException("expected");
                  });
            })
        .start();

    int answered = server.get("/async").statusCode();

    assertThat(attribute(server.span(), "error.type")).isEqualTo(type);
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(answered);
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void query_credentialsAreRedacted() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page("/signed", (request, response) -> response.setStatus(200))
        .start();

    server.get("/signed?a=b&%73ig=s3cret");

    assertThat(attribute(server.span(), "url.query")).isEqualTo("a=b&%73ig=REDACTED");
    assertThat(server.span().toString()).doesNotContain("s3cret");
  }

  @Test
  void client_isTheAddressOfTheConnection() throws Exception {
    server
        .filter(WaybillFilter.of(server.waybill().build()))
        .page("/port", (request, response) -> response.getWriter().print(request.getRemotePort()))
        .start();

    String port = server.get("/port", "forwarded", "for=10.1.2.3").body();

    assertThat(attribute(server.span(), "client.address")).isEqualTo("127.0.0.1");
    assertThat(attribute(server.span(), "network.peer.address")).isEqualTo("127.0.0.1");
    assertThat(number(server.span(), "network.peer.port")).isEqualTo(Long.parseLong(port));
  }

  /** Behind a proxy that the container believes, it is text of a header. */
  @ParameterizedTest
  @CsvSource({"10.1.2.3, 10.1.2.3", "_hidden,", "unix:/run/x.sock,", "evil.example,", "'',"})
  void client_thatIsNoAddress_isLeftOut(String said, String shown) throws Exception {
    server
        .filter(Said.to(WaybillFilter.of(server.waybill().build()), said))
        .page("/", (request, response) -> response.setStatus(200))
        .start();

    server.get("/");

    assertThat(attribute(server.span(), "client.address")).isEqualTo(shown);
    assertThat(attribute(server.span(), "network.peer.address")).isEqualTo(shown);
    assertThat(number(server.span(), "network.peer.port") != null).isEqualTo(shown != null);
  }

  private HttpResponse<String> post(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.request(path).uri())
            .POST(BodyPublishers.ofString("payload"))
            .build();
    return server.client().send(request, BodyHandlers.ofString());
  }
}
