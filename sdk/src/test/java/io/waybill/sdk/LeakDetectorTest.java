package io.waybill.sdk;

import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;

class LeakDetectorTest {
  private final Fixture fixture = new Fixture();

  private Waybill waybill(LeakDetection detection) {
    return fixture.service(fixture.telemetry()).leakDetection(detection).build();
  }

  private long leaked() {
    return leaked(fixture);
  }

  private static long leaked(Fixture fixture) {
    return fixture.metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals("waybill.leaked"))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private static boolean namesThisTest(Throwable opened) {
    return List.of(opened.getStackTrace()).toString().contains("LeakDetectorTest");
  }

  @Test
  void strict_namesWhoOpenedWhatIsOpen() {
    Waybill waybill = waybill(LeakDetection.STRICT);
    IncomingCall open = Fixture.receive(waybill, "baggage: user.id=u-secret");

    IllegalStateException leak =
        catchThrowableOfType(IllegalStateException.class, waybill::requireNoLeaks);
    assertThat(leak.getSuppressed()).hasSize(1).allMatch(LeakDetectorTest::namesThisTest);
    assertThat(leak.getSuppressed()[0].getMessage()).contains("has not ended");

    open.end();
    waybill.requireNoLeaks();
    waybill.request().run(() -> {});
    waybill.requireNoLeaks();
  }

  /** Who has seen the end of a request may ask at once: here, while its secrets are wiped. */
  @Test
  void strict_aRequestThatHasEndedIsNotOpen() {
    LocalField<Destroyable> key = LocalField.secret("key");
    Waybill waybill =
        fixture.service(fixture.telemetry()).keep(key).leakDetection(LeakDetection.STRICT).build();
    List<Boolean> endedWithoutLeak = new ArrayList<>();
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              scope.set(
                  key,
                  new Destroyable() {
                    @Override
                    public void destroy() {
                      waybill.requireNoLeaks();
                      endedWithoutLeak.add(scope.isEnded());
                    }
                  });
            });

    assertThat(endedWithoutLeak).containsExactly(true);
  }

  @Test
  void strict_aRequestThatIsGarbageBeforeItsEnd() throws Exception {
    Waybill waybill = waybill(LeakDetection.STRICT);
    Logged log = Logged.listen();
    try (log) {
      WeakReference<?> scope = receiveAndForget(waybill);
      Garbage.await(() -> scope.get() == null);
      // The reference is enqueued some time after it is cleared; each new request looks.
      Garbage.await(
          () -> {
            waybill.request().run(() -> {});
            return leaked() == 1;
          });
    }

    assertThatIllegalStateException().isThrownBy(waybill::requireNoLeaks);
    waybill.requireNoLeaks();
    assertThat(log.records()).hasSize(1).allMatch(record -> namesThisTest(record.getThrown()));
    assertThat(log.records().get(0).getMessage()).doesNotContain("u-secret");
  }

  private static WeakReference<RequestScope> receiveAndForget(Waybill waybill) {
    return new WeakReference<>(Fixture.receive(waybill, "baggage: user.id=u-secret").scope());
  }

  @Test
  void receive_onAThreadLeftInAnEndedRequest() {
    Waybill waybill = waybill(LeakDetection.STRICT);
    Context ended = waybill.request().with(USER, "u-1").call(Context::current);

    try (Scope ignored = ended.makeCurrent()) {
      IncomingCall next = Fixture.receive(waybill);
      assertThat(next.scope().get(USER)).isNull();
      next.end();
    }

    assertThat(leaked()).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(waybill::requireNoLeaks);
  }

  @Test
  void sampled_watchesSome_andCostsTheOthersNothing() {
    Waybill waybill = waybill(LeakDetection.SAMPLED);
    for (int i = 0; i < 10_000; i++) {
      waybill.request().run(() -> {});
    }

    assertThat(leaked()).isZero();
    assertThatIllegalStateException()
        .isThrownBy(waybill::requireNoLeaks)
        .withMessage("leakDetection: SAMPLED (expected: STRICT, to know which requests are open)");
  }

  /** Of requests that are forgotten, some are found: the chance that none is, is below 1e-8. */
  @Test
  void sampled_findsAFewOfMany() throws Exception {
    Waybill waybill = waybill(LeakDetection.SAMPLED);
    for (int i = 0; i < 20_000; i++) {
      Fixture.receive(waybill);
    }
    Garbage.await(
        () -> {
          for (int i = 0; i < 2_000; i++) {
            waybill.request().run(() -> {});
          }
          return leaked() > 0;
        });

    assertThat(leaked()).isLessThan(20_000 / 100);
  }

  @Test
  void off_watchesNothing() throws Exception {
    Waybill waybill = waybill(LeakDetection.OFF);
    Fixture other = new Fixture();
    Waybill strict = other.service(other.telemetry()).leakDetection(LeakDetection.STRICT).build();
    WeakReference<?> unwatched = receiveAndForget(waybill);
    WeakReference<?> watched = receiveAndForget(strict);
    Garbage.await(() -> unwatched.get() == null && watched.get() == null);
    // When the one has been found, the other would be too.
    Garbage.await(
        () -> {
          strict.request().run(() -> {});
          return leaked(other) == 1;
        });
    IncomingCall request = Fixture.receive(waybill);
    assertThat(leaked()).isZero();

    assertThatIllegalStateException()
        .isThrownBy(waybill::requireNoLeaks)
        .withMessageContaining("OFF");
    request.end();
  }
}
