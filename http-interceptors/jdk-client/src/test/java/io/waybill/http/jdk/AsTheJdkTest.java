package io.waybill.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Side by side: what comes of a call is what would come of it with the JDK's own client. */
class AsTheJdkTest {
  private static final int MOST_RACES = 20;

  private final Telemetry telemetry = new Telemetry();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Map<String, RecordingServer.Answer> pages =
      new java.util.concurrent.ConcurrentHashMap<>();
  private RecordingServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        RecordingServer.answering(
            exchange -> {
              String path = exchange.getRequestURI().getPath();
              if (path.equals("/late")) {
                await(release);
              }
              pages.getOrDefault(path, RecordingServer.status(200, "arrived")).to(exchange);
            });
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    telemetry.close();
  }

  private interface Ask<T> {
    Object of(T subject) throws Exception;
  }

  /** Returns what {@code ask} returns or throws, as text. */
  private static <T> String told(T subject, Ask<T> ask) {
    try {
      return String.valueOf(ask.of(subject));
    } catch (Throwable thrown) {
      Throwable cause = thrown.getCause();
      return thrown.getClass() + " by " + (cause == null ? null : cause.getClass());
    }
  }

  private HttpClient ours(Redirect policy) {
    return WaybillHttpClient.newBuilder(telemetry.waybill().build())
        .followRedirects(policy)
        .build();
  }

  private static HttpClient jdks(Redirect policy) {
    return HttpClient.newBuilder().followRedirects(policy).build();
  }

  static Stream<Arguments> askedOfAFuture() {
    return Stream.of(
        asked("cancel(true)", f -> f.cancel(true)),
        asked("cancel(false)", f -> f.cancel(false)),
        asked("cancel twice", f -> f.cancel(true) + " " + f.cancel(true)),
        asked("get after cancel", f -> f.cancel(true) ? f.get() : null),
        asked("getNow after cancel", f -> f.cancel(true) ? f.getNow(null) : null),
        asked("stages after cancel", f -> f.cancel(true) ? f.thenApply(x -> x).get() : null),
        asked(
            "stage made before cancel",
            f -> {
              CompletableFuture<?> stage = f.thenApply(x -> x);
              f.cancel(true);
              return stage.get(30, TimeUnit.SECONDS);
            }),
        asked(
            "cancel of a stage",
            f -> {
              boolean cancelled = f.thenApply(x -> x).cancel(true);
              return cancelled + " " + f.get(30, TimeUnit.SECONDS);
            }),
        asked("obtrudeValue", f -> told(f, x -> obtrude(x, null)) + f.isDone()),
        asked("obtrudeException", f -> told(f, x -> obtrude(x, new Exception())) + f.isDone()),
        asked("obtrudeValue of a stage", f -> obtrude(f.thenApply(x -> x), null)),
        asked("obtrudeValue of a copy", f -> obtrude(f.copy(), null)),
        asked(
            "obtrudeException of a stage",
            f -> obtrude(f.handle((x, e) -> "done"), new IllegalStateException())),
        asked("obtrude after cancel", f -> f.cancel(true) ? obtrude(f, null) : null),
        asked("complete", f -> f.complete(null) + " " + f.get() + " " + f.cancel(true)),
        asked("completeExceptionally", f -> f.completeExceptionally(new Exception())),
        asked("get after it", f -> f.completeExceptionally(new Exception()) ? f.get() : null),
        asked("orTimeout", f -> f.orTimeout(20, TimeUnit.MILLISECONDS).get()),
        asked("orTimeout is itself", f -> f.orTimeout(1, TimeUnit.HOURS) == f),
        asked("completeOnTimeout", f -> f.completeOnTimeout(null, 20, TimeUnit.MILLISECONDS).get()),
        asked("completeAsync", f -> f.completeAsync(() -> null).get()),
        asked("toCompletableFuture", f -> f.toCompletableFuture() == f),
        asked("get in time", f -> f.get(20, TimeUnit.MILLISECONDS)),
        asked("dependents", f -> f.getNumberOfDependents() >= 0));
  }

  private static Arguments asked(String name, Ask<CompletableFuture<HttpResponse<Void>>> ask) {
    return Arguments.of(org.junit.jupiter.api.Named.of(name, ask));
  }

  private static <V> Object obtrude(CompletableFuture<V> future, Throwable failure) {
    if (failure == null) {
      future.obtrudeValue(null);
    } else {
      future.obtrudeException(failure);
    }
    return "obtruded";
  }

  @ParameterizedTest
  @MethodSource("askedOfAFuture")
  void future_thatNobodyCompleted(Ask<CompletableFuture<HttpResponse<Void>>> ask) {
    String byUs = told(late(ours(Redirect.NEVER)), future -> ask.of(future) + state(future));
    String byJdk = "";
    // What it breaks off fails meanwhile, and may complete its future before cancel does.
    for (int i = 0; i < MOST_RACES && !byUs.equals(byJdk); i++) {
      byJdk = told(late(jdks(Redirect.NEVER)), future -> ask.of(future) + state(future));
    }

    assertThat(byUs).isEqualTo(byJdk);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void future_thatIsDone(boolean interrupt) {
    for (Ask<CompletableFuture<HttpResponse<Void>>> ask :
        List.<Ask<CompletableFuture<HttpResponse<Void>>>>of(
            f -> f.cancel(interrupt),
            f -> f.complete(null),
            f -> obtrude(f, null),
            f -> obtrude(f, new Exception()))) {
      assertThat(told(done(ours(Redirect.NEVER)), f -> told(f, ask) + state(f)))
          .isEqualTo(told(done(jdks(Redirect.NEVER)), f -> told(f, ask) + state(f)));
    }
  }

  private static String state(CompletableFuture<?> future) {
    return " done "
        + future.isDone()
        + ", cancelled "
        + future.isCancelled()
        + ", failed "
        + future.isCompletedExceptionally();
  }

  private CompletableFuture<HttpResponse<Void>> late(HttpClient client) {
    return client.sendAsync(
        HttpRequest.newBuilder(server.uri("/late")).build(), BodyHandlers.discarding());
  }

  private CompletableFuture<HttpResponse<Void>> done(HttpClient client) {
    CompletableFuture<HttpResponse<Void>> future =
        client.sendAsync(
            HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.discarding());
    future.join();
    return future;
  }

  /** The JDK's client asks nothing of a request of another class but this. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "GET", "G ET", "get", "POST", "BREW"})
  void request_ofTheUsersClass(String method) {
    for (BodyPublisher body : new BodyPublisher[] {null, BodyPublishers.ofString("payload")}) {
      HttpRequest request = new UsersRequest(method, server.uri("/"), body);

      String byJdk = told(jdks(Redirect.NEVER), client -> sent(client, request));
      String byUs = told(ours(Redirect.NEVER), client -> sent(client, request));

      assertThat(byUs).isEqualTo(byJdk);
    }
  }

  @Test
  void request_withoutMethod_isShownAsGet() throws Exception {
    pages.put("/moved", RecordingServer.redirect(302, "/"));
    HttpRequest request = new UsersRequest(null, server.uri("/moved"), null);

    HttpResponse<String> response = ours(Redirect.NORMAL).send(request, BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(telemetry.spans())
        .hasSize(2)
        .allMatch(
            span ->
                "GET"
                    .equals(
                        span.getAttributes().get(AttributeKey.stringKey("http.request.method"))));
  }

  private String sent(HttpClient client, HttpRequest request) throws Exception {
    int before = server.seen().size();
    HttpResponse<String> sync = client.send(request, BodyHandlers.ofString());
    HttpResponse<String> async = client.sendAsync(request, BodyHandlers.ofString()).get();
    return server.seen().subList(before, server.seen().size()).stream()
            .map(seen -> seen.method() + " " + seen.body())
            .toList()
        + " "
        + sync.request().method()
        + async.request().method();
  }

  /** One that the JDK's client does not follow is the user's to read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "myapp://callback?code=1",
        "myapp:callback",
        "mailto:a@example.org",
        "ftp://127.0.0.1/x",
        "javascript:1",
        "urn:x",
        "",
        "/2",
        "2",
        "?x=y",
        "#f"
      })
  void redirect_ofNormal(String location) throws Exception {
    pages.put("/1", RecordingServer.redirect(302, location));

    String byJdk = told(jdks(Redirect.NORMAL), this::followed);
    String byUs = told(ours(Redirect.NORMAL), this::followed);

    assertThat(byUs).isEqualTo(byJdk);
  }

  /** JDK 17 throws IllegalArgumentException for some of them, and newer ones do not. */
  @ParameterizedTest
  @ValueSource(strings = {"http://", "//", "http://[", "http://a b/", "%", "http:/x y"})
  void redirect_ofNormalToNoAddress_fails(String location) {
    pages.put("/1", RecordingServer.redirect(302, location));

    assertThat(told(jdks(Redirect.NORMAL), this::followed)).contains("Exception");
    assertThat(told(ours(Redirect.NORMAL), this::followed))
        .isEqualTo(IOException.class + " by null");
  }

  @ParameterizedTest
  @EnumSource(
      value = Redirect.class,
      names = {"NORMAL", "ALWAYS"})
  void redirect_withoutLocation_failsAsByTheJdk(Redirect policy) {
    pages.put("/1", RecordingServer.status(302, "no location"));

    assertThat(told(jdks(policy), this::followed)).startsWith(IOException.class.toString());
    assertThat(told(ours(policy), this::followed)).startsWith(IOException.class.toString());
  }

  private Object followed(HttpClient client) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(server.uri("/1")).build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    return response.statusCode() + " " + response.uri() + " " + response.body();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
