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
import io.waybill.sdk.policy.Destination;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is left of a secret after its request. A weak reference that is cleared proves that nothing
 * reaches it: no Context, no static of ours, no ThreadLocal of a living thread. What it is that
 * still reaches one, {@link Reached} says.
 */
class SecretsTest {
  private record Secret(byte[] bytes) {
    static Secret make() {
      return new Secret(new byte[1024]);
    }
  }

  private static final LocalField<Secret> SECRET = LocalField.secret("secret");
  private static final LocalField<Object> ANY = LocalField.secret("any");
  private static final LocalField<byte[]> LAST = LocalField.secret("last");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).keep(SECRET).keep(ANY).keep(LAST).build();

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

  /** Each of these leaves something in a view, which a captured Context keeps. */
  @Test
  void afterTheRequest_aStringIsInNothingThatIsCaptured() {
    String secret = new String("s3cret");
    List<Object> captured = new ArrayList<>();
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1,locale=ko,foreign=x");
    RequestScope scope = request.scope();
    scope.set(ANY, "an earlier one");
    scope.set(ANY, secret);
    for (Destination destination : List.of(Fixture.OWN, Fixture.PARTNER, Fixture.UNKNOWN)) {
      OutgoingCall call = waybill.send(request.context(), destination);
      call.inject(new HashMap<>(), Map::put, List.of(), 8192);
      waybill.send(call.context(), destination).end();
      captured.add(call.context());
      call.end();
    }
    scope.identify(Fixture.TENANT, "t-1");
    waybill.send(request.context(), Fixture.OWN).end();
    scope.with(PLAN, Plan.GOLD).run(() -> captured.add(Context.current()));
    scope.run(() -> captured.add(scope.detach(USER)));
    scope.run(() -> captured.add(scope.wrap(() -> {})));
    captured.add(request.context());
    assertThat(Reached.from(captured)).as("while it runs").contains(secret);

    request.end();

    assertThat(Reached.from(captured))
        .as("after its end")
        .contains("u-1", "t-1")
        .doesNotContain(secret, "an earlier one");
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

  static Stream<Destroyable> undestroyable() {
    return Stream.of(
        new Destroyable() {}, // The default throws DestroyFailedException.
        refusing(new IllegalStateException("not now")),
        refusing(new NoClassDefFoundError("gone")),
        refusing(new StackOverflowError()));
  }

  private static Destroyable refusing(Throwable failure) {
    return new Destroyable() {
      @Override
      public void destroy() {
        SecretsTest.<RuntimeException>rethrow(failure);
      }
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // nothing is cast at run time
  private static <X extends Throwable> void rethrow(Throwable thrown) throws X {
    throw (X) thrown;
  }

  /** In front of the others and behind them: each has its turn, and so has the rest of the end. */
  @ParameterizedTest
  @MethodSource("undestroyable")
  void end_ofWhatCannotBeDestroyed_wipesTheOthers(Destroyable stubborn) {
    char[] token = "t0ken".toCharArray();
    byte[] bytes = {1, 2, 3};
    IncomingCall request = Fixture.receive(waybill);
    request.scope().set(Fixture.TOKEN, token);
    request.scope().set(ANY, stubborn);
    request.scope().set(LAST, bytes);

    assertThat(request.end()).isTrue();

    assertThat(request.isEnded()).isTrue();
    assertThat(token).containsOnly('\0');
    assertThat(bytes).containsOnly(0);
    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(Reached.from(List.of(request.context()))).doesNotContain(stubborn);
  }

  @ParameterizedTest
  @MethodSource("undestroyable")
  void callAsync_withWhatCannotBeDestroyed_completes(Destroyable stubborn) {
    byte[] bytes = {1, 2, 3};
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer =
        waybill
            .request()
            .callAsync(
                () -> {
                  RequestScope.current().set(ANY, stubborn);
                  RequestScope.current().set(LAST, bytes);
                  return stage;
                });

    stage.complete("fine");

    assertThat(answer).isCompletedWithValue("fine");
    assertThat(bytes).containsOnly(0);
  }
}
