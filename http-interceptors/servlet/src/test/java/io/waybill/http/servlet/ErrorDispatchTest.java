package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.TOKEN;
import static io.waybill.http.servlet.TestServer.USER;
import static io.waybill.http.servlet.TestServer.attribute;
import static io.waybill.http.servlet.TestServer.currentUser;
import static io.waybill.http.servlet.TestServer.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.StatusCode;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class ErrorDispatchTest {
  private final TestServer server;
  private final CompletableFuture<String> accessLog = new CompletableFuture<>();

  ErrorDispatchTest(Container container) {
    server = new TestServer(container);
  }

  @BeforeEach
  void start() throws Exception {
    server.accessLog(
        (scope, status) -> accessLog.complete(((RequestScope) scope).get(USER) + " " + status));
    server.filter(
        WaybillFilter.of(
            server
                .waybill()
                .peers(peer -> TrustZone.PUBLIC)
                .onRequest((incoming, scope) -> scope.set(TOKEN, "t0ken".toCharArray()))
                .build()));
    server
        .page(
            "/throws",
            (request, response) -> {
              RequestScope.current().identify(USER, "u-1");
              throw new IllegalStateException("expected");
            })
        .page(
            "/io",
            (request, response) -> {
              RequestScope.current().identify(USER, "u-1");
              throw new IOException("expected");
            })
        .page(
            "/error-thrown",
            (request, response) -> {
              RequestScope.current().identify(USER, "u-1");
              throw new StackOverflowError("expected");
            })
        .page(
            "/sends",
            (request, response) -> {
              RequestScope.current().identify(USER, "u-1");
              response.sendError(Integer.parseInt(request.getParameter("status")));
            })
        .page("/error", ErrorDispatchTest::errorPage);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void exception_isAnsweredByAnErrorPageThatKnowsTheUser() throws Exception {
    server.errorPage("/error").start();

    HttpResponse<String> answer = server.get("/throws");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("ERROR u-1 secret=gone");
    assertThat(answer.headers().allValues("x-request-id"))
        .containsExactly(attribute(server.span(), "request.id"));
    assertThat(accessLog.get(30, TimeUnit.SECONDS)).isEqualTo("u-1 500");
    assertSpan(500, IllegalStateException.class.getName());
    assertThat(attribute(server.span(), "user.id")).isEqualTo("u-1");
  }

  @Test
  void checkedException_endsTheSameWay() throws Exception {
    server.errorPage("/error").start();

    assertThat(server.get("/io").body()).isEqualTo("ERROR u-1 secret=gone");
    assertSpan(500, IOException.class.getName());
  }

  @Test
  void error_endsTheSameWay() throws Exception {
    server.errorPage("/error").start();

    assertThat(server.get("/error-thrown").body()).isEqualTo("ERROR u-1 secret=gone");
    assertSpan(500, StackOverflowError.class.getName());
  }

  @Test
  void exception_withoutAnErrorPage_stillEndsTheRequest() throws Exception {
    server.start();

    HttpResponse<String> answer = server.get("/throws");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(accessLog.get(30, TimeUnit.SECONDS)).isEqualTo("u-1 500");
    assertSpan(500, IllegalStateException.class.getName());
  }

  @Test
  void sendError_isAnsweredByAnErrorPageThatKnowsTheUser() throws Exception {
    server.errorPage("/error").start();

    HttpResponse<String> answer = server.get("/sends?status=503");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("ERROR u-1 secret=gone");
    assertThat(answer.headers().allValues("x-request-id")).hasSize(1);
    assertSpan(503, "503");
  }

  @Test
  void sendError_ofTheClientsFault_isNoErrorOfOurs() throws Exception {
    server.errorPage("/error").start();

    assertThat(server.get("/sends?status=404").statusCode()).isEqualTo(404);

    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(404);
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  private void assertSpan(long status, String errorType) {
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(status);
    assertThat(attribute(server.span(), "error.type")).isEqualTo(errorType);
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  private static void errorPage(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String secret;
    try {
      secret = RequestScope.current().get(TOKEN) == null ? "none" : "there";
    } catch (IllegalStateException wiped) {
      secret = "gone";
    }
    response
        .getWriter()
        .print(request.getDispatcherType() + " " + currentUser() + " secret=" + secret);
  }
}
