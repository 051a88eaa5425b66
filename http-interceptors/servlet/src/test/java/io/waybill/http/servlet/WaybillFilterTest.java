package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.COOKIES;
import static io.waybill.http.servlet.TestServer.PLAN;
import static io.waybill.http.servlet.TestServer.TOKEN;
import static io.waybill.http.servlet.TestServer.USER;
import static io.waybill.http.servlet.TestServer.attribute;
import static io.waybill.http.servlet.TestServer.currentUser;
import static io.waybill.http.servlet.TestServer.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class WaybillFilterTest {
  private final TestServer server;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  WaybillFilterTest(Container container) {
    server = new TestServer(container);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void request_inTwoLines_isReadAsOne() throws Exception {
    serve(server.waybill().build());

    HttpResponse<String> answer =
        server.get("/who", "baggage", "user.id=u-1", "Baggage", "plan=gold");

    assertThat(answer.body()).isEqualTo("u-1 gold");
  }

  @Test
  void requestId_ofTrustedPeer_isReturned() throws Exception {
    serve(server.waybill().build());

    HttpResponse<String> answer = server.get("/who", "baggage", "request.id=r-1/a");

    assertThat(answer.headers().allValues("x-request-id")).containsExactly("r-1/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%0D%0Ax-evil:1", "a%20b", "%C3%A9", "a%2Cb", "%22a%22", "a%00"})
  void requestId_notPlain_isLeftOut(String id) throws Exception {
    serve(server.waybill().build());

    HttpResponse<String> answer = server.get("/who", "baggage", "request.id=" + id);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().map()).doesNotContainKeys("x-request-id", "x-evil");
  }

  @Test
  void identify_byAnAuthenticationFilter_isSeenEverywhere() throws Exception {
    CompletableFuture<String> containers = new CompletableFuture<>();
    server.accessLog((scope, status) -> containers.complete(((RequestScope) scope).get(USER)));
    server.filter(accessLog());
    server.filter(WaybillFilter.of(server.waybill().build()));
    server.filter(
        (request, response, chain) -> {
          RequestScope.current().identify(USER, "u-1");
          chain.doFilter(request, response);
        });
    server.page("/who", WaybillFilterTest::who).start();

    HttpResponse<String> answer = server.get("/who");

    assertThat(answer.body()).isEqualTo("u-1 null");
    assertThat(containers.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
    assertThat(log).containsExactly("u-1 ended=true");
    assertThat(attribute(server.span(), "user.id")).isEqualTo("u-1");
  }

  @Test
  void forwardAndInclude_keepTheRequest() throws Exception {
    server
        .page(
            "/outer",
            (request, response) ->
                RequestScope.current()
                    .with(PLAN, "trial")
                    .call(
                        () -> {
                          request.getRequestDispatcher("/who").include(request, response);
                          response.getWriter().print(" | ");
                          request.getRequestDispatcher("/who").include(request, response);
                          return null;
                        }))
        .page(
            "/forward",
            (request, response) ->
                request.getRequestDispatcher("/outer").forward(request, response));
    serve(server.waybill().build());

    HttpResponse<String> answer = server.get("/forward", "baggage", "user.id=u-1,plan=gold");

    assertThat(answer.body()).isEqualTo("u-1 trial | u-1 trial");
    assertThat(answer.headers().allValues("x-request-id")).hasSize(1);
    assertThat(server.span().getName()).isEqualTo("GET /app/forward");
  }

  @Test
  void forward_onAnotherThread_getsTheRequest() throws Exception {
    server.page(
        "/forward",
        (request, response) -> {
          CompletableFuture<Void> done = new CompletableFuture<>();
          new Thread(
                  () -> {
                    try {
                      request.getRequestDispatcher("/who").forward(request, response);
                      done.complete(null);
                    } catch (Exception e) {
                      done.completeExceptionally(e);
                    }
                  })
              .start();
          done.get(30, TimeUnit.SECONDS);
        });
    serve(server.waybill().build());

    assertThat(server.get("/forward", "baggage", "user.id=u-1").body()).isEqualTo("u-1 null");
  }

  @Test
  void exceptionOfAnInclude_thatIsHandled_isNoError() throws Exception {
    server
        .page(
            "/fails",
            (request, response) -> {
              throw new IllegalStateException("expected");
            })
        .page(
            "/handles",
            (request, response) -> {
              try {
                request.getRequestDispatcher("/fails").include(request, response);
              } catch (RuntimeException handled) {
                response.setStatus(202);
              }
            });
    serve(server.waybill().build());

    assertThat(server.get("/handles").statusCode()).isEqualTo(202);
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(202);
  }

  @Test
  void filterTwice_opensOneRequest() throws Exception {
    Waybill waybill = server.waybill().build();
    server.filter(WaybillFilter.of(waybill));
    serve(waybill);

    assertThat(server.get("/who", "baggage", "user.id=u-1").body()).isEqualTo("u-1 null");
    assertThat(server.span().getName()).isEqualTo("GET /app/who");
  }

  @Test
  void span_describesTheRequest() throws Exception {
    server.page("/orders/*", (request, response) -> response.setStatus(201));
    serve(server.waybill().build());

    server.get("/orders/7?a=b");

    SpanData span = server.span();
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getName()).isEqualTo("GET /app/orders/*");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attribute(span, "http.request.method")).isEqualTo("GET");
    assertThat(attribute(span, "http.route")).isEqualTo("/app/orders/*");
    assertThat(attribute(span, "url.scheme")).isEqualTo("http");
    assertThat(attribute(span, "url.path")).isEqualTo("/app/orders/7");
    assertThat(attribute(span, "url.query")).isEqualTo("a=b");
    assertThat(attribute(span, "server.address")).isEqualTo("127.0.0.1");
    assertThat(number(span, "server.port")).isEqualTo(server.port());
    assertThat(number(span, "http.response.status_code")).isEqualTo(201);
    assertThat(attribute(span, "error.type")).isNull();
  }

  @Test
  void span_ofTheDefaultServlet_hasNoRoute() throws Exception {
    server.page("/", (request, response) -> response.setStatus(204));
    serve(server.waybill().build());

    server.get("/anything");

    assertThat(server.span().getName()).isEqualTo("GET");
    assertThat(attribute(server.span(), "http.route")).isNull();
  }

  @Test
  void span_ofExtensionAndUnknownMethod_hasForeseenName() throws Exception {
    server.page("*.do", (request, response) -> response.setStatus(204));
    serve(server.waybill().build());
    HttpRequest request =
        HttpRequest.newBuilder(server.request("/x.do").uri())
            .method("BREW", BodyPublishers.noBody())
            .build();

    server.client().send(request, BodyHandlers.discarding());

    assertThat(server.span().getName()).isEqualTo("HTTP /app/*.do");
    assertThat(attribute(server.span(), "http.request.method")).isEqualTo("_OTHER");
    assertThat(attribute(server.span(), "http.request.method_original")).isEqualTo("BREW");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500, 503})
  void span_ofStatus_isAnErrorFrom500On(int status) throws Exception {
    server.page("/status", (request, response) -> response.setStatus(status));
    serve(server.waybill().build());

    server.get("/status");

    SpanData span = server.span();
    assertThat(number(span, "http.response.status_code")).isEqualTo(status);
    assertThat(span.getStatus().getStatusCode())
        .isEqualTo(status >= 500 ? StatusCode.ERROR : StatusCode.UNSET);
    assertThat(attribute(span, "error.type"))
        .isEqualTo(status >= 500 ? Integer.toString(status) : null);
  }

  @Test
  void span_ofAnotherInstrumentation_isKeptAndEnriched() throws Exception {
    server.filter(
        (request, response, chain) -> {
          Span span = server.openTelemetry().getTracer("other").spanBuilder("theirs").startSpan();
          try (var ignored = span.makeCurrent()) {
            chain.doFilter(request, response);
          } finally {
            span.end();
          }
        });
    serve(server.waybill().build());

    assertThat(server.get("/who", "baggage", "user.id=u-1").body()).isEqualTo("u-1 null");
    assertThat(server.span().getName()).isEqualTo("theirs");
    assertThat(attribute(server.span(), "user.id")).isEqualTo("u-1");
  }

  @Test
  void onRequest_readsCookiesAndToken() throws Exception {
    CompletableFuture<char[]> token = new CompletableFuture<>();
    server.page(
        "/token",
        (request, response) -> {
          RequestScope scope = RequestScope.current();
          token.complete(scope.require(TOKEN));
          response.getWriter().print(scope.get(COOKIES) + new String(scope.require(TOKEN)));
        });
    server.filter(
        (request, response, chain) -> {
          chain.doFilter(request, response);
          RequestScope scope = (RequestScope) request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE);
          log.add(scope.get(COOKIES));
          assertThatThrownBy(() -> scope.get(TOKEN)).isInstanceOf(IllegalStateException.class);
          assertThat(token.join()).containsOnly('\0');
          log.add("wiped");
        });
    serve(
        server
            .waybill()
            .onRequest(
                (incoming, scope) -> {
                  scope.set(COOKIES, incoming.header("cookie"));
                  scope.set(TOKEN, incoming.header("authorization").substring(7).toCharArray());
                })
            .build());

    HttpResponse<String> answer =
        server.get("/token", "Cookie", "a=1; b=2", "Authorization", "Bearer t0ken");

    assertThat(answer.body()).isEqualTo("a=1; b=2t0ken");
    assertThat(server.span().getAttributes().toString()).doesNotContain("t0ken", "a=1");
    server.close();
    assertThat(log).containsExactly("a=1; b=2", "wiped");
  }

  /** Bytes of others never hurt a request, and never make somebody else of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.id=%",
        "user.id=%zz",
        "user.id=%ff",
        "user.id",
        "=;=,,,;;==",
        "a,admin=true",
        "user.id=\"x\"",
        "user.id=a b",
        "user.id=x\\y",
        "User.Id=u-1",
        "user.id=%C3%28",
        ";user.id=u-1",
        "user.id =\u00e9",
        "user%2Eid=u-1"
      })
  void baggage_hostile_isNobody(String line) throws Exception {
    serve(server.waybill().build());

    try (Connection connection = new Connection()) {
      assertThat(connection.get("/app/who", "baggage: " + line)).isEqualTo("null null");
      assertThat(connection.get("/app/who", "baggage: user.id=u-2")).isEqualTo("u-2 null");
    }
  }

  @Test
  void baggage_tooMuch_keepsWhatCameFirst() throws Exception {
    serve(server.waybill().build());
    StringBuilder many = new StringBuilder("user.id=u-1");
    for (int i = 0; i < 70; i++) {
      many.append(",k").append(i).append('=').append("v".repeat(70));
    }

    HttpResponse<String> answer =
        server.get("/who", "baggage", many.toString(), "baggage", "plan=gold");

    assertThat(answer.body()).isEqualTo("u-1 null");
  }

  @Test
  void keepAlive_ofDifferentUsers_neverMixes() throws Exception {
    serve(server.waybill().build());

    try (Connection connection = new Connection()) {
      for (int i = 0; i < 20; i++) {
        assertThat(connection.get("/app/who", "baggage: user.id=u-" + i + ",plan=p" + i))
            .isEqualTo("u-" + i + " p" + i);
        assertThat(connection.get("/app/who", "accept: */*")).isEqualTo("null null");
      }
    }
  }

  @Test
  void afterTheRequest_theThreadHoldsNothing() throws Exception {
    server.filter(
        (request, response, chain) -> {
          chain.doFilter(request, response);
          log.add(Context.current() == Context.root() ? "root" : "left over");
        });
    serve(server.waybill().build());

    server.get("/who", "baggage", "user.id=u-1");
    server.close();

    assertThat(log).containsExactly("root");
  }

  private void serve(Waybill waybill) throws Exception {
    server.filter(WaybillFilter.of(waybill));
    server.page("/who", WaybillFilterTest::who).start();
  }

  private jakarta.servlet.Filter accessLog() {
    return (request, response, chain) -> {
      chain.doFilter(request, response);
      RequestScope scope = (RequestScope) request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE);
      log.add(scope.get(USER) + " ended=" + scope.isEnded());
    };
  }

  private static void who(
      jakarta.servlet.http.HttpServletRequest request,
      jakarta.servlet.http.HttpServletResponse response)
      throws IOException {
    response.getWriter().print(currentUser() + " " + RequestScope.current().get(PLAN));
  }

  /** One connection, byte by byte. */
  private final class Connection implements AutoCloseable {
    private final Socket socket = new Socket("127.0.0.1", server.port());
    private final BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));

    Connection() throws IOException {
      socket.setSoTimeout(30_000);
    }

    String get(String path, String header) throws IOException {
      String request = "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n" + header + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      List<String> head = new ArrayList<>();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        head.add(line.toLowerCase(java.util.Locale.ROOT));
      }
      assertThat(head.get(0)).contains(" 200 ");
      String length =
          head.stream()
              .filter(line -> line.startsWith("content-length:"))
              .findFirst()
              .orElseThrow();
      char[] body = new char[Integer.parseInt(length.substring(15).trim())];
      for (int read = 0; read < body.length; ) {
        read += in.read(body, read, body.length - read);
      }
      return new String(body);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
