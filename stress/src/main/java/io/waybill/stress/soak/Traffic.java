package io.waybill.stress.soak;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The kinds of scope that a service opens, one after the other; each checks whose it is. */
final class Traffic {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(32));
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string().maxLength(8));
  private static final LocalField<Integer> COUNT = LocalField.named("count");
  private static final LocalField<char[]> TOKEN = LocalField.secret("token");
  private static final int KINDS = 4;

  // As a service has it, with one request in 1,024 watched for a leak.
  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(PLAN).keep(COUNT).keep(TOKEN).build();
  private final Executor pool;
  private final Executor inRequest;

  /** Sets what other threads do to be done on {@code pool}. */
  Traffic(Executor pool) {
    this.pool = pool;
    this.inRequest = ContextExecutors.wrap(pool);
  }

  /** Opens scope number {@code n}, and returns when it and all that it started is done. */
  void open(long n) {
    String user = "u-" + n;
    switch ((int) (n % KINDS)) {
      case 0 -> withChild(user);
      case 1 -> completedElsewhere(user);
      case 2 -> onOtherThreads(user);
      default -> outlivedByWork(user);
    }
  }

  private void withChild(String user) {
    waybill
        .request()
        .with(USER, user)
        .run(
            () -> {
              fill();
              RequestScope.current().with(PLAN, "gold").run(() -> require(user));
            });
  }

  private void completedElsewhere(String user) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<Void> done =
        waybill
            .request()
            .with(USER, user)
            .callAsync(
                () -> {
                  fill();
                  pool.execute(() -> answer.complete(user));
                  return answer.thenRun(RequestScope.current().wrap(() -> require(user)));
                });
    done.join();
  }

  private void onOtherThreads(String user) {
    waybill
        .request()
        .run(
            () -> {
              RequestScope.current().identify(USER, user);
              fill();
              CompletableFuture.allOf(
                      CompletableFuture.runAsync(() -> require(user), inRequest),
                      CompletableFuture.runAsync(
                          RequestScope.current().wrap(() -> require(user)), pool))
                  .join();
            });
  }

  /** Two scopes: the detached work has its own. */
  private void outlivedByWork(String user) {
    Runnable work =
        waybill
            .request()
            .with(USER, user)
            .call(
                () -> {
                  fill();
                  return RequestScope.current().detach(USER).grant(TOKEN).wrap(() -> require(user));
                });
    CompletableFuture.runAsync(work, pool).join();
  }

  private static void fill() {
    RequestScope.current().set(COUNT, 1);
    RequestScope.current().set(TOKEN, new char[] {'x', 'y', 'z'});
  }

  private static void require(String user) {
    if (!user.equals(RequestScope.current().get(USER))) {
      throw new IllegalStateException("a scope is not of the user who opened it");
    }
    char[] token = RequestScope.current().require(TOKEN);
    if (token[0] != 'x') {
      throw new IllegalStateException("a secret was wiped before the end of its scope");
    }
  }
}
