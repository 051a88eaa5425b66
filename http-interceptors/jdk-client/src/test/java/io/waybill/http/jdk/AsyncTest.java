package io.waybill.http.jdk;

import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncTest {
  private final Telemetry telemetry = new Telemetry();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch reached = new CountDownLatch(1);
  private RecordingServer server;
  private Waybill waybill;

  @BeforeEach
  void start() throws IOException {
    server =
        RecordingServer.answering(
            exchange -> {
              reached.countDown();
              await(release);
              if (exchange.getRequestURI().getPath().equals("/redirect")) {
                RecordingServer.redirect(307, "/").to(exchange);
              } else {
                RecordingServer.status(200, "fine").to(exchange);
              }
            });
    waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    telemetry.close();
  }

  /** Everything of the user's that the client calls says in whose request it ran. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void usersCode_seesTheCaller(boolean async) throws Exception {
    Map<String, String> seen = new ConcurrentHashMap<>();
    release.countDown();
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/redirect")).POST(publisher(seen)).build();
    HttpClient client = following();

    waybill
        .request()
        .with(USER, "u-1")
        .call(
            () ->
                async
                    ? client.sendAsync(request, handler(seen)).get(30, TimeUnit.SECONDS)
                    : client.send(request, handler(seen)));

    assertThat(seen)
        .containsOnlyKeys(
            "contentLength",
            "subscribe",
            "request",
            "handler",
            "onSubscribe",
            "onNext",
            "onComplete",
            "getBody");
    assertThat(seen.values()).containsOnly("u-1");
    assertThat(server.seen()).hasSize(2).allMatch(one -> one.body().equals("payload"));
  }

  @Test
  void continuations_seeTheCaller_completedLaterOnAnotherThread() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAs("u-1", "/redirect");
    CompletableFuture<String> then = answer.thenApply(response -> Telemetry.currentUser());
    CompletableFuture<String> second = then.thenApplyAsync(user -> Telemetry.currentUser());
    release.countDown();

    assertThat(then.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
    assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
    assertThat(answer.thenApply(r -> Telemetry.currentUser()).join()).isEqualTo("u-1");
    assertThat(Telemetry.currentUser()).isEqualTo("no request");
  }

  @Test
  void continuations_ofTwoUsers_doNotMix() throws Exception {
    CompletableFuture<String> one =
        sendAs("u-1", "/").thenApply(response -> Telemetry.currentUser());
    CompletableFuture<String> two =
        sendAs("u-2", "/").thenApply(response -> Telemetry.currentUser());
    release.countDown();

    assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
    assertThat(two.get(30, TimeUnit.SECONDS)).isEqualTo("u-2");
  }

  @Test
  void continuations_afterAFailure_seeTheCaller() throws Exception {
    release.countDown();
    HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
    CompletableFuture<HttpResponse<Object>> failing =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () ->
                    following()
                        .sendAsync(
                            request,
                            response -> {
                              throw new IllegalStateException("the user's handler");
                            }));

    String user =
        failing.handle((response, failure) -> Telemetry.currentUser()).get(30, TimeUnit.SECONDS);

    assertThat(user).isEqualTo("u-1");
    assertThatThrownBy(failing::get).isInstanceOf(ExecutionException.class);
    assertThat(telemetry.spans()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancel_breaksOffTheCallAndEndsTheSpan(boolean dependent) throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAs("u-1", "/");
    CompletableFuture<Void> ended = answer.thenAccept(response -> {});
    CompletableFuture<?> cancelled = dependent ? ended : answer;
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

    assertThat(cancelled.cancel(true)).isTrue();

    assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
    // The delegate was cancelled too, though the server never answered.
    assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
        .isInstanceOfAny(CancellationException.class, ExecutionException.class);
    awaitSpan();
    assertThat(telemetry.spans()).hasSize(1);
    assertThat(error()).isNotNull();
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void cancel_withoutInterruption_letsTheCallComeToItsEnd() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAs("u-1", "/");
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

    answer.cancel(false);
    release.countDown();

    awaitSpan();
    assertThat(telemetry.spans()).hasSize(1);
    assertThat(error()).isNull();
  }

  @Test
  void cancel_beforeARedirect_followsItNoFurther() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = sendAs("u-1", "/redirect");
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

    answer.cancel(true);
    release.countDown();

    awaitSpan();
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void timeout_failsTheFutureInTheCaller() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/")).timeout(Duration.ofMillis(100)).build();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    CompletableFuture<String> user =
        waybill
            .request()
            .with(USER, "u-1")
            .call(() -> following().sendAsync(request, BodyHandlers.ofString()))
            .handle(
                (r, failure) -> {
                  thrown.complete(rootOf(failure));
                  return Telemetry.currentUser();
                });

    assertThat(user.join()).isEqualTo("u-1");
    // Of a subclass, where it has not even been connected by then.
    assertThat(thrown.join()).isInstanceOf(HttpTimeoutException.class);
    assertThat(error()).isEqualTo(thrown.join().getClass().getName());
  }

  @Test
  void failure_isWhatTheJdksFutureHolds() throws Exception {
    server.close();
    HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

    Class<?> byJdk =
        HttpClient.newHttpClient()
            .sendAsync(request, BodyHandlers.ofString())
            .<Class<?>>handle((r, failure) -> failure.getClass())
            .get(30, TimeUnit.SECONDS);
    Class<?> byUs =
        following()
            .sendAsync(request, BodyHandlers.ofString())
            .<Class<?>>handle((r, failure) -> failure.getClass())
            .get(30, TimeUnit.SECONDS);

    assertThat(byUs).isEqualTo(byJdk);
  }

  @Test
  void executorThatRefuses_endsTheCallAndTheSpan() {
    Executor full =
        task -> {
          throw new java.util.concurrent.RejectedExecutionException("full");
        };
    HttpClient client = WaybillHttpClient.newBuilder(waybill).executor(full).build();
    HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();

    assertThatThrownBy(
            () -> client.sendAsync(request, BodyHandlers.ofString()).get(30, TimeUnit.SECONDS))
        .hasStackTraceContaining("RejectedExecutionException: full");
    awaitSpan();
    assertThat(telemetry.spans()).hasSize(1);
  }

  @Test
  void executorOfOneThread_followsRedirects() throws Exception {
    release.countDown();
    Executor direct = Runnable::run;
    HttpClient client =
        WaybillHttpClient.newBuilder(waybill)
            .followRedirects(Redirect.NORMAL)
            .executor(direct)
            .build();

    HttpResponse<String> response =
        client
            .sendAsync(
                HttpRequest.newBuilder(server.uri("/redirect")).build(), BodyHandlers.ofString())
            .get(30, TimeUnit.SECONDS);

    assertThat(response.body()).isEqualTo("fine");
  }

  private CompletableFuture<HttpResponse<String>> sendAs(String user, String path) {
    HttpRequest request = HttpRequest.newBuilder(server.uri(path)).build();
    return waybill
        .request()
        .with(USER, user)
        .call(() -> following().sendAsync(request, BodyHandlers.ofString()));
  }

  private HttpClient following() {
    return WaybillHttpClient.newBuilder(waybill).followRedirects(Redirect.NORMAL).build();
  }

  private static HttpRequest.BodyPublisher publisher(Map<String, String> seen) {
    return new HttpRequest.BodyPublisher() {
      @Override
      public long contentLength() {
        seen.merge("contentLength", Telemetry.currentUser(), AsyncTest::both);
        return 7;
      }

      @Override
      public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        seen.merge("subscribe", Telemetry.currentUser(), AsyncTest::both);
        subscriber.onSubscribe(
            new Flow.Subscription() {
              private boolean sent;

              @Override
              public void request(long n) {
                seen.merge("request", Telemetry.currentUser(), AsyncTest::both);
                if (!sent) {
                  sent = true;
                  subscriber.onNext(ByteBuffer.wrap("payload".getBytes(StandardCharsets.UTF_8)));
                  subscriber.onComplete();
                }
              }

              @Override
              public void cancel() {}
            });
      }
    };
  }

  private static BodyHandler<String> handler(Map<String, String> seen) {
    return response -> {
      seen.merge("handler", Telemetry.currentUser(), AsyncTest::both);
      BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
      return new BodySubscriber<>() {
        @Override
        public CompletionStage<String> getBody() {
          seen.merge("getBody", Telemetry.currentUser(), AsyncTest::both);
          return text.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
          seen.merge("onSubscribe", Telemetry.currentUser(), AsyncTest::both);
          text.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> items) {
          seen.merge("onNext", Telemetry.currentUser(), AsyncTest::both);
          text.onNext(items);
        }

        @Override
        public void onError(Throwable failure) {
          seen.merge("onError", Telemetry.currentUser(), AsyncTest::both);
          text.onError(failure);
        }

        @Override
        public void onComplete() {
          seen.merge("onComplete", Telemetry.currentUser(), AsyncTest::both);
          text.onComplete();
        }
      };
    };
  }

  private static String both(String one, String other) {
    return one.equals(other) ? one : one + " and " + other;
  }

  private static Throwable rootOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private String error() {
    return telemetry.spans().get(0).getAttributes().get(AttributeKey.stringKey("error.type"));
  }

  /** A cancelled call tells nobody when it is over. */
  private void awaitSpan() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (telemetry.spans().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
