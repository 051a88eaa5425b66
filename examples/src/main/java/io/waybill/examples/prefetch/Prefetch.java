package io.waybill.examples.prefetch;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextFuture;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A filter fetches the user with the request's token, while the handler has begun already. */
public final class Prefetch {
  static final LocalField<String> TOKEN = LocalField.secret("token");
  static final LocalField<CompletableFuture<String>> PROFILE = LocalField.named("profile");

  private final ExecutorService pool;
  private final Users users;

  private Prefetch(ExecutorService pool, Users users) {
    this.pool = pool;
    this.users = users;
  }

  /** Serves the requests of two users. */
  public static void main(String[] args) throws Exception {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).keep(TOKEN).keep(PROFILE).build();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Users users = Users.start()) {
      Prefetch service = new Prefetch(pool, users);
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

  /** On another thread, in the same request. */
  private String fetch() {
    return users.fetch(RequestScope.current().require(TOKEN));
  }

  private static void handle() {
    System.out.println("Profile: " + RequestScope.current().require(PROFILE).join());
  }
}
