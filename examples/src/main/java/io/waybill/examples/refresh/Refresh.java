package io.waybill.examples.refresh;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A request whose access token has expired calls an API from a hundred branches at once. */
public final class Refresh {
  static final LocalField<Session> SESSION = LocalField.secret("session");
  private static final int BRANCHES = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final TokenServer server;
  private final HttpClient plain = HttpClient.newHttpClient();

  /** Where all branches wait for each other, so that the worst case is what is printed. */
  private final CyclicBarrier atOnce = new CyclicBarrier(BRANCHES);

  private Refresh(TokenServer server) {
    this.server = server;
  }

  /** Does it once as it is written by hand, and once with Waybill. */
  public static void main(String[] args) throws Exception {
    try (TokenServer server = TokenServer.start()) {
      new Refresh(server).byHand();
    }
    try (TokenServer server = TokenServer.start()) {
      new Refresh(server).withWaybill();
    }
  }

  private void byHand() throws Exception {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).keep(SESSION).build();
    branches("by hand", waybill, this::fetchWithAutoRefresh);
  }

  /** As Node servers write it: a 401 reads the refresh token, renews, updates, and calls again. */
  private HttpResponse<String> fetchWithAutoRefresh() throws Exception {
    HttpResponse<String> answer = callWith(RequestScope.current().require(SESSION));
    if (answer.statusCode() != 401) {
      return answer;
    }
    Session held = RequestScope.current().require(SESSION);
    meet();
    Session fresh;
    try {
      fresh = renew(held);
    } finally {
      meet();
    }
    RequestScope.current().set(SESSION, fresh);
    return callWith(fresh);
  }

  private HttpResponse<String> callWith(Session session) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.api())
            .header("authorization", "Bearer " + session.access())
            .build();
    return plain.send(request, BodyHandlers.ofString());
  }

  private void withWaybill() throws Exception {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .keep(SESSION)
            .credential(
                Credential.bearer(SESSION, Session::access)
                    .to(server.origin())
                    .plaintext() // it is on this machine
                    .renew(this::renew)
                    .sharedBy(Session::refresh))
            .build();
    HttpClient client = WaybillHttpClient.newBuilder(waybill).build();
    HttpRequest request = HttpRequest.newBuilder(server.api()).build();
    branches("Waybill", waybill, () -> client.send(request, BodyHandlers.ofString()));
  }

  private Session renew(Session held) throws Exception {
    return server.renew(plain, held);
  }

  private void branches(String how, Waybill waybill, Callable<HttpResponse<String>> branch)
      throws Exception {
    Session session = server.logIn();
    server.expireAccessTokens();
    ExecutorService pool = ContextExecutors.wrap(Executors.newFixedThreadPool(BRANCHES));
    try {
      int right =
          waybill
              .request()
              .call(
                  () -> {
                    RequestScope.current().set(SESSION, session);
                    return right(pool, branch);
                  });
      System.out.printf(
          "%s: %d of %d answers right, %s%n", how, right, BRANCHES, server.describe());
    } finally {
      pool.shutdown();
    }
  }

  private int right(ExecutorService pool, Callable<HttpResponse<String>> branch)
      throws InterruptedException {
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < BRANCHES; i++) {
      answers.add(
          pool.submit(
              () -> {
                meet();
                return branch.call();
              }));
    }
    int right = 0;
    for (Future<HttpResponse<String>> answer : answers) {
      try {
        right += answer.get().statusCode() == 200 ? 1 : 0;
      } catch (ExecutionException refused) {
        // Not right.
      }
    }
    return right;
  }

  private void meet() throws Exception {
    atOnce.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
