package io.waybill.examples.prefetch;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextFuture;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A filter fetches the user with the request's token, while the handler has begun already. */
public final class Prefetch {
  static final LocalField<String> TOKEN = LocalField.secret("token");
  static final LocalField<CompletableFuture<String>> PROFILE = LocalField.named("profile");

  private final ExecutorService pool;
  private final Users users;
  private final HttpClient client;

  private Prefetch(ExecutorService pool, Users users, HttpClient client) {
    this.pool = pool;
    this.users = users;
    this.client = client;
  }

  /** Serves the requests of two users. */
  public static void main(String[] args) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Users users = Users.start()) {
      Waybill waybill =
          Waybill.builder(OpenTelemetry.noop())
              .keep(TOKEN)
              .keep(PROFILE)
              .credential(
                  Credential.bearer(TOKEN, token -> token)
                      .to(users.origin())
                      .plaintext()) // it is on this machine
              .build();
      Prefetch service = new Prefetch(pool, users, WaybillHttpClient.newBuilder(waybill).build());
      waybill.request().run(() -> service.filter("token-of-ada"));
      waybill.request().run(() -> service.filter("token-of-ben"));
    } finally {
      pool.shutdown();
    }
  }

  private void filter(String bearer) {
    RequestScope.current().set(TOKEN, bearer);
    RequestScope.current().set(PROFILE, ContextFuture.supplyAsync(this::fetch, pool));
    handle();
  }

  /** On another thread, in the same request: the client attaches its token. */
  private String fetch() {
    return users.fetch(client);
  }

  private static void handle() {
    System.out.println("Profile: " + RequestScope.current().require(PROFILE).join());
  }
}
