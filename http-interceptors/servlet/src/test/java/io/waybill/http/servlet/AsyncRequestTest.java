package io.waybill.http.servlet;

import static io.waybill.http.servlet.TestServer.TOKEN;
import static io.waybill.http.servlet.TestServer.USER;
import static io.waybill.http.servlet.TestServer.attribute;
import static io.waybill.http.servlet.TestServer.currentUser;
import static io.waybill.http.servlet.TestServer.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.StatusCode;
import io.waybill.RequestScope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class AsyncRequestTest {
  private final Container container;
  private final TestServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final CountDownLatch completed = new CountDownLatch(1);

  AsyncRequestTest(Container container) {
    this.container = container;
    server = new TestServer(container);
  }

  @BeforeEach
  void install() {
    server.filter(
        WaybillFilter.of(
            server
                .waybill()
                .onRequest((incoming, scope) -> scope.set(TOKEN, "t0ken".toCharArray()))
                .build()));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    threads.shutdownNow();
  }

  @Test
  void start_ofTheAsyncContext_runsInTheRequest() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.start(() -> answer(async, currentUser()));
            })
        .start();

    assertThat(server.get("/async", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(200);
  }

  @Test
  void secrets_areWipedWithTheCompletionAndNotBefore() throws Exception {
    CompletableFuture<char[]> token = new CompletableFuture<>();
    CountDownLatch left = new CountDownLatch(1);
    TestServer outer = new TestServer(container);
    outer.filter(
        (request, response, chain) -> {
          chain.doFilter(request, response);
          left.countDown();
        });
    outer.filter(
        WaybillFilter.of(
            outer
                .waybill()
                .onRequest((incoming, scope) -> scope.set(TOKEN, "t0ken".toCharArray()))
                .build()));
    outer.page(
        "/async",
        (request, response) -> {
          token.complete(RequestScope.current().require(TOKEN));
          AsyncContext async = request.startAsync();
          async.addListener(new Recorder());
          threads.execute(
              RequestScope.current()
                  .wrap(
                      () -> {
                        await(left);
                        RequestScope scope = RequestScope.current();
                        events.add("in " + new String(scope.require(TOKEN)));
                        answer(async, "done " + scope.isEnded());
                      }));
        });
    try (outer) {
      outer.start();

      assertThat(outer.get("/async", "baggage", "user.id=u-1").body()).isEqualTo("done false");
      assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(events).containsExactly("in t0ken", "complete u-1 ended=true");
    assertThat(token.join()).containsOnly('\0');
  }

  @Test
  void identify_onAnotherThread_isSeenByListenersAndOnTheSpan() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.addListener(new Recorder(), request, response);
              async.start(
                  () -> {
                    RequestScope.current().identify(USER, "u-7");
                    answer(async, "done");
                  });
            })
        .start();

    server.get("/async");
    assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();

    assertThat(events).containsExactly("complete u-7 ended=true");
    assertThat(attribute(server.span(), "user.id")).isEqualTo("u-7");
  }

  @Test
  void dispatch_andASecondCycle_keepTheRequest() throws Exception {
    CompletableFuture<RequestScope> scope = new CompletableFuture<>();
    server
        .page(
            "/async",
            (request, response) -> {
              int round = request.getAttribute("round") instanceof Integer i ? i : 0;
              request.setAttribute("round", round + 1);
              events.add(request.getDispatcherType() + " " + currentUser() + " " + isEnded());
              scope.complete(RequestScope.current());
              if (round < 3) {
                AsyncContext async = request.startAsync();
                if (round == 0) {
                  async.addListener(new Recorder());
                }
                threads.execute(round % 2 == 0 ? async::dispatch : () -> async.dispatch("/async"));
              } else {
                response.getWriter().print(currentUser());
              }
            })
        .start();

    assertThat(server.get("/async", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
    assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();

    assertThat(events)
        .containsExactly(
            "REQUEST u-1 false",
            "ASYNC u-1 false",
            "start u-1 ended=false",
            "ASYNC u-1 false",
            "start u-1 ended=false",
            "ASYNC u-1 false",
            "complete u-1 ended=true");
    assertThat(server.span().getName()).isEqualTo("GET /app/async");
    assertThat(scope.join().isEnded()).isTrue();
  }

  @Test
  void timeout_isSeenByTheListenerInTheRequest() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.setTimeout(50);
              async.addListener(
                  new Recorder() {
                    @Override
                    public void onTimeout(AsyncEvent event) throws IOException {
                      super.onTimeout(event);
                      response.setStatus(503);
                      event.getAsyncContext().complete();
                    }
                  });
            })
        .start();

    assertThat(server.get("/async", "baggage", "user.id=u-1").statusCode()).isEqualTo(503);
    assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(events).containsExactly("timeout u-1 ended=false", "complete u-1 ended=true");
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(503);
  }

  @Test
  void timeout_withoutAnAnswer_makesAnErrorPageInTheRequest() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.setTimeout(50);
              async.addListener(new Recorder());
            })
        .page("/error", (request, response) -> response.getWriter().print(errorPage(request)))
        .errorPage("/error")
        .start();

    HttpResponse<String> answer = server.get("/async", "baggage", "user.id=u-1");

    assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answer.body()).isEqualTo("ERROR u-1 false");
    assertThat(answer.headers().allValues("x-request-id")).hasSize(1);
    assertThat(events).contains("timeout u-1 ended=false", "complete u-1 ended=true");
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(answer.statusCode());
    assertThat(server.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exception_ofTheChain_reachesListenerErrorPageAndSpan(boolean inDispatch) throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              if (request.getDispatcherType() == DispatcherType.REQUEST) {
                AsyncContext async = request.startAsync();
                async.addListener(new Recorder());
                if (inDispatch) {
                  async.dispatch();
                  return;
                }
              }
              throw new IllegalStateException("expected");
            })
        .page("/error", (request, response) -> response.getWriter().print(errorPage(request)))
        .errorPage("/error")
        .start();

    HttpResponse<String> answer = server.get("/async", "baggage", "user.id=u-1");

    assertThat(completed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("ERROR u-1 false");
    // Jetty tells listeners of what the first dispatch threw, and not of later ones.
    assertThat(events.contains("error u-1 ended=false"))
        .isEqualTo(!inDispatch || container.isTomcat());
    assertThat(events).contains("complete u-1 ended=true");
    assertThat(number(server.span(), "http.response.status_code")).isEqualTo(500);
    assertThat(attribute(server.span(), "error.type"))
        .isEqualTo(IllegalStateException.class.getName());
  }

  @Test
  void startAsync_behindOurBack_stillEndsTheRequest() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = startBehindOurBack(request, response);
              threads.execute(RequestScope.current().wrap(() -> answer(async, currentUser())));
            })
        .start();

    assertThat(server.get("/async", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
    assertThat(server.span().getName()).isEqualTo("GET /app/async");
  }

  @Test
  void secondCycle_behindOurBack_stillEndsTheRequest() throws Exception {
    server
        .page(
            "/async",
            (request, response) -> {
              if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.startAsync().dispatch();
              } else {
                AsyncContext async = startBehindOurBack(request, response);
                threads.execute(RequestScope.current().wrap(() -> answer(async, currentUser())));
              }
            })
        .start();

    assertThat(server.get("/async", "baggage", "user.id=u-1").body()).isEqualTo("u-1");
    assertThat(server.span().getName()).isEqualTo("GET /app/async");
  }

  private static AsyncContext startBehindOurBack(
      HttpServletRequest request, ServletResponse response) {
    ServletRequest raw = request;
    while (raw instanceof ServletRequestWrapper wrapper) {
      raw = wrapper.getRequest();
    }
    return raw.startAsync(raw, response);
  }

  /** The completion races with the return of the chain. */
  @Test
  void completionAtOnce_endsEachRequestOnce() throws Exception {
    Queue<RequestScope> scopes = new ConcurrentLinkedQueue<>();
    server
        .page(
            "/async",
            (request, response) -> {
              scopes.add(RequestScope.current());
              AsyncContext async = request.startAsync();
              threads.execute(() -> answer(async, "done"));
            })
        .start();

    for (int i = 0; i < 300; i++) {
      server.get("/async", "baggage", "user.id=u-" + i);
    }
    server.close();

    assertThat(scopes).hasSize(300).allMatch(RequestScope::isEnded);
  }

  @Test
  void manyUsers_atOnce_neverMix() throws Exception {
    server
        .page("/sync", (request, response) -> response.getWriter().print(currentUser()))
        .page(
            "/late",
            (request, response) -> {
              RequestScope.current().identify(USER, request.getParameter("user"));
              response.getWriter().print(currentUser());
            })
        .page(
            "/async",
            (request, response) -> {
              AsyncContext async = request.startAsync();
              async.addListener(new Recorder());
              threads.execute(RequestScope.current().wrap(() -> answer(async, currentUser())));
            })
        .page(
            "/dispatch",
            (request, response) -> {
              if (request.getDispatcherType() == DispatcherType.REQUEST) {
                AsyncContext async = request.startAsync();
                threads.execute(async::dispatch);
              } else {
                response.getWriter().print(currentUser());
              }
            })
        .start();
    Semaphore running = new Semaphore(150);
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    String[] paths = {"/sync", "/async", "/dispatch", "/late"};
    for (int i = 0; i < 2_000; i++) {
      String user = "u-" + i;
      String path = paths[i % paths.length];
      running.acquire();
      calls.add(
          server
              .client()
              .sendAsync(
                  path.equals("/late")
                      ? server.request(path + "?user=" + user)
                      : server.request(path, "baggage", "user.id=" + user),
                  BodyHandlers.ofString())
              .whenComplete((response, failure) -> running.release())
              .thenAccept(response -> assertThat(response.body()).isEqualTo(user)));
    }

    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
  }

  private static String isEnded() {
    return Boolean.toString(RequestScope.current().isEnded());
  }

  private static String errorPage(HttpServletRequest request) {
    return request.getDispatcherType() + " " + currentUser() + " " + isEnded();
  }

  private static void answer(AsyncContext async, String text) {
    try {
      ServletResponse response = async.getResponse();
      response.getWriter().print(text);
      async.complete();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private class Recorder implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      record("complete");
      completed.countDown();
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
      record("timeout");
    }

    @Override
    public void onError(AsyncEvent event) {
      record("error");
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      record("start");
      event.getAsyncContext().addListener(this);
    }

    private void record(String event) {
      RequestScope scope = RequestScope.currentOrNull();
      events.add(event + " " + currentUser() + " ended=" + (scope != null && scope.isEnded()));
    }
  }
}
