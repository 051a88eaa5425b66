package io.waybill.sdk;

import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.DetachedWork;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.sdk.Fixture.Plan;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;

/**
 * What is left of a secret after its request. A weak reference that is cleared proves that nothing
 * reaches it: no Context, no static of ours, no ThreadLocal of a living thread.
 */
class SecretsTest {
  private record Secret(byte[] bytes) {
    static Secret make() {
      return new Secret(new byte[1024]);
    }
  }

  private static final LocalField<Secret> SECRET = LocalField.secret("secret");
  private static final LocalField<Object> ANY = LocalField.secret("any");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).keep(SECRET).keep(ANY).build();

  private static void awaitGone(List<WeakReference<Secret>> secrets) {
    Garbage.await(() -> secrets.stream().allMatch(secret -> secret.get() == null));
  }

  @Test
  void afterTheRequest_notReachable_fromAnythingThatOutlivesIt() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    ExecutorService wrapped = ContextExecutors.wrap(pool);
    List<Object> outlives = new ArrayList<>();
    List<WeakReference<Secret>> secrets = new ArrayList<>();
    waybill
        .request()
        .with(USER, "u-1")
        .<Void, Exception>call(
            () -> {
              RequestScope scope = RequestScope.current();
              keep(secrets, scope);
              RequestScope child = scope.with(PLAN, Plan.GOLD);
              DetachedWork detached = scope.detach(USER);
              outlives.addAll(List.of(Context.current(), scope, child, detached));
              outlives.add(scope.wrap(() -> RequestScope.current().get(SECRET)));
              outlives.add(detached.wrap(() -> {}));
              // Threads of a pool that have read it, and stay.
              wrapped.submit(() -> RequestScope.current().get(SECRET)).get();
              child.run(() -> keep(secrets, RequestScope.current()));
              return null;
            });

    awaitGone(secrets);

    assertThat(secrets).hasSize(2);
    assertThat(outlives).hasSize(6);
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void keep(List<WeakReference<Secret>> secrets, RequestScope scope) {
    Secret secret = Secret.make();
    secrets.add(new WeakReference<>(secret));
    scope.set(SECRET, secret);
  }

  @Test
  void afterAnAsynchronousRequest_notReachable() {
    List<WeakReference<Secret>> secrets = new ArrayList<>();
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer =
        waybill
            .request()
            .callAsync(
                () -> {
                  keep(secrets, RequestScope.current());
                  return stage;
                });
    stage.complete("value");

    awaitGone(secrets);
    assertThat(answer).isCompleted();
  }

  @Test
  void grantedSecret_ofTheRun_notReachableAfterIt() {
    List<WeakReference<Secret>> secrets = new ArrayList<>();
    List<Context> outlives = new ArrayList<>();
    waybill
        .request()
        .run(
            () -> {
              keep(secrets, RequestScope.current());
              RequestScope.current()
                  .detach()
                  .grant(SECRET)
                  .run(
                      () -> {
                        assertThat(RequestScope.current().get(SECRET)).isNotNull();
                        outlives.add(Context.current());
                      });
            });

    awaitGone(secrets);
    assertThat(outlives).hasSize(1);
  }

  @Test
  void end_zeroesArraysAndDestroys() {
    char[] chars = "secret".toCharArray();
    byte[] bytes = {1, 2, 3};
    CompletableFuture<String> destroyed = new CompletableFuture<>();
    Destroyable key =
        new Destroyable() {
          @Override
          public void destroy() {
            destroyed.complete("once");
          }
        };
    for (Object secret : List.of(chars, bytes, key)) {
      waybill.request().run(() -> RequestScope.current().set(ANY, secret));
    }

    assertThat(chars).containsOnly('\0');
    assertThat(bytes).containsOnly(0);
    assertThat(destroyed).isCompletedWithValue("once");
  }

  /** The default of Destroyable throws; the request ends all the same. */
  @Test
  void end_ofWhatCannotBeDestroyed() {
    RequestScope scope =
        waybill
            .request()
            .call(
                () -> {
                  RequestScope.current().set(ANY, new Destroyable() {});
                  return RequestScope.current();
                });

    assertThat(scope.isEnded()).isTrue();
  }
}
