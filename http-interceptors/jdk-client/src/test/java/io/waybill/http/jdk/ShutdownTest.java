package io.waybill.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** From JDK 21 on a client can be closed; the methods are called as that JDK's users do. */
class ShutdownTest {
  private final Telemetry telemetry = new Telemetry();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private RecordingServer server;
  private HttpClient delegate;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        RecordingServer.answering(
            exchange -> {
              if (exchange.getRequestURI().getPath().equals("/redirect")) {
                reached.countDown();
                await(release);
                RecordingServer.redirect(302, "/").to(exchange);
              } else {
                RecordingServer.status(200, "fine").to(exchange);
              }
            });
    delegate = HttpClient.newHttpClient();
    client = new WrappedHttpClient(telemetry.waybill().build(), delegate, follow());
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    telemetry.close();
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20)
  void olderJdk_hasNothingToForward() {
    assertThat(AutoCloseable.class.isAssignableFrom(HttpClient.class)).isFalse();
    assertThat(Arrays.stream(HttpClient.class.getMethods()).map(java.lang.reflect.Method::getName))
        .doesNotContain("close", "shutdown", "shutdownNow", "isTerminated", "awaitTermination");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void close_closesTheDelegate() throws Exception {
    client.send(request("/"), BodyHandlers.discarding());

    call("close");

    assertThat(isTerminated(client)).isTrue();
    assertThat(isTerminated(delegate)).isTrue();
    assertThatThrownBy(() -> client.send(request("/"), BodyHandlers.discarding()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                client.sendAsync(request("/"), BodyHandlers.discarding()).get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void shutdown_letsARedirectComeToItsEnd() throws Exception {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("/redirect"), BodyHandlers.ofString());
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

    call("shutdown");
    call("shutdown");
    assertThat(isTerminated(client)).isFalse();
    assertThatThrownBy(() -> client.send(request("/"), BodyHandlers.discarding()))
        .isInstanceOf(IOException.class);
    release.countDown();

    assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("fine");
    assertThat(awaitTermination(client)).isTrue();
    assertThat(isTerminated(delegate)).isTrue();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void shutdownNow_breaksOffWhatRuns() throws Exception {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("/redirect"), BodyHandlers.ofString());
    assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

    call("shutdownNow");

    assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(awaitTermination(client)).isTrue();
    assertThat(isTerminated(delegate)).isTrue();
    assertThat(telemetry.spans()).hasSize(1);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_25)
  void connectionLabel_isForwarded() throws Exception {
    HttpResponse<Void> response = client.send(request("/"), BodyHandlers.discarding());

    assertThat(HttpResponse.class.getMethod("connectionLabel").invoke(response))
        .asString()
        .startsWith("Optional[");
  }

  private static Redirects follow() {
    return new Redirects(Redirect.NORMAL);
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(server.uri(path)).build();
  }

  private void call(String method) throws Exception {
    try {
      HttpClient.class.getMethod(method).invoke(client);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static boolean isTerminated(HttpClient client) throws Exception {
    return (boolean) HttpClient.class.getMethod("isTerminated").invoke(client);
  }

  private static boolean awaitTermination(HttpClient client) throws Exception {
    return (boolean)
        HttpClient.class
            .getMethod("awaitTermination", Duration.class)
            .invoke(client, Duration.ofSeconds(30));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
