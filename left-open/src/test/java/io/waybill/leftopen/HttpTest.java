package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.leftopen.Left.Way;
import io.waybill.sdk.Waybill;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Servlet containers, and the JDK's client. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("containersAndThreads")
class HttpTest {
  private static final int SERVING = 8;

  private final Container container;
  private final Threads threads;
  private final ExecutorService serving;
  private final Waybill waybill = Left.waybill();
  // Of each dispatch, as the outermost filter finds its thread afterwards.
  private final Queue<Context> afterwards = new ConcurrentLinkedQueue<>();
  private Container.Running server;

  HttpTest(Container container, Threads threads) {
    this.container = container;
    this.threads = threads;
    serving = threads.pool(SERVING);
  }

  static Stream<Arguments> containersAndThreads() {
    return Threads.available()
        .flatMap(
            threads ->
                Stream.of(Container.values()).map(container -> Arguments.of(container, threads)));
  }

  private interface Page {
    void serve(HttpServletRequest request, HttpServletResponse response);
  }

  private static final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private final transient Page page;

    PageServlet(Page page) {
      this.page = page;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      page.serve(request, response);
    }
  }

  private void start(Page page) throws Exception {
    Filter outermost =
        (request, response, chain) -> {
          try {
            chain.doFilter(request, response);
          } finally {
            afterwards.add(Context.current());
          }
        };
    server =
        container.start(
            serving, "/*", List.of(outermost, WaybillFilter.of(waybill)), new PageServlet(page));
  }

  private HttpRequest get() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/")).build();
  }

  private void send() throws Exception {
    var unused = HttpClient.newHttpClient().send(get(), BodyHandlers.discarding());
  }

  @AfterEach
  void close() throws Exception {
    if (!serving.isShutdown()) {
      stop();
    }
  }

  /** Awaits what is served, and looks at all threads that served it. */
  private void stop() throws Exception {
    server.close();
    // Also those that no dispatch has come to since: the next one would find what was left there.
    assertThat(Left.contextsOf(serving, SERVING)).containsOnly(Context.root());
    serving.shutdown();
    assertThat(serving.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void servlet_threadHoldsWhatItHeld(Way way) throws Exception {
    start((request, response) -> way.leave(waybill));
    send();
    stop();

    assertThat(afterwards).isNotEmpty().containsOnly(Context.root());
    way.requireFound(waybill);
  }

  @ParameterizedTest
  @EnumSource
  void servlet_async_threadHoldsWhatItHeld(Way way) throws Exception {
    start(
        (request, response) -> {
          if (request.getDispatcherType() == DispatcherType.ASYNC) {
            way.leave(waybill);
          } else {
            AsyncContext async = request.startAsync();
            async.start(
                () -> {
                  try {
                    way.leave(waybill);
                  } finally {
                    async.dispatch();
                  }
                });
          }
        });
    send();
    stop();

    // What it throws may be the end of the request before it comes back.
    assertThat(afterwards).hasSizeGreaterThan(way.isQuiet() ? 1 : 0).containsOnly(Context.root());
    way.requireFound(waybill);
  }

  /** What the user's body handler leaves is not on the client's thread for the next response. */
  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KEY", "REQUEST"})
  void client_threadHoldsWhatItHeld(Way way) throws Exception {
    start((request, response) -> {});
    ExecutorService one = threads.pool(1);
    HttpClient jdks = HttpClient.newBuilder().executor(one).build();
    HttpClient client = WaybillHttpClient.wrap(jdks, waybill);

    waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> {
              RequestScope scope = RequestScope.current();
              var answer =
                  client.sendAsync(
                      get(),
                      response -> {
                        way.leave(waybill);
                        return BodyHandlers.ofString().apply(response);
                      });
              answer.thenRun(() -> way.leave(waybill)).get(30, TimeUnit.SECONDS);
              return scope;
            });

    assertThat(Left.contextOf(one)).isSameAs(Context.root());
    one.shutdown();
    assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }
}
