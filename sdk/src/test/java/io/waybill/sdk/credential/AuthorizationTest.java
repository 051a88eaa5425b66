package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Times, by clocks that the test sets; and who holds what. */
class AuthorizationTest extends AuthorizationTestBase {
  @Test
  void grace_isByTheMonotonicClock() throws Exception {
    Credentials credentials = credentials(one -> {});

    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a1");
    now.set(Instant.MAX);
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a1");
    now.set(Instant.MIN);
    pass(Duration.ofSeconds(29));
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a1");
    assertThat(renewals).hasValue(1);
    pass(Duration.ofSeconds(2));
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a2");
  }

  /** The oldest go first, as they would by themselves. */
  @Test
  void table_full_keepsTheNewest() throws Exception {
    Credentials credentials = credentials(one -> one[0] = one[0].grace(Duration.ofHours(1)));
    int most = 10_000;
    for (int i = 0; i < most + 10; i++) {
      Pair old = new Pair("old" + i, "old" + i);
      assertThat(in(old, () -> rejected(credentials))).isEqualTo("Bearer a" + (i + 1));
      pass(Duration.ofMillis(1));
    }

    for (int i = 10; i < most + 10; i += 100) {
      Pair old = new Pair("old" + i, "old" + i);
      assertThat(in(old, () -> rejected(credentials))).isEqualTo("Bearer a" + (i + 1));
    }
    assertThat(renewals).hasValue(most + 10);
    assertThat(in(new Pair("old0", "old0"), () -> rejected(credentials))).isNotEqualTo("Bearer a1");
  }

  /** The server takes the same refresh token again. */
  @Test
  void rejected_withARefreshTokenThatStays_isRenewedEachTime() throws Exception {
    renewal = old -> new Pair("a" + next(), "r0");
    Credentials credentials = credentials(one -> {});

    in(
        new Pair("a0", "r0"),
        () -> {
          assertThat(rejected(credentials)).isEqualTo("Bearer a1");
          assertThat(rejected(credentials)).isEqualTo("Bearer a2");
          return null;
        });
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a2");
  }

  @Test
  void failed_waitsLongerEachTime() throws Exception {
    renewal =
        old -> {
          next();
          throw new java.io.IOException("of the test");
        };
    Credentials credentials = credentials(one -> {});
    List<Integer> after = new ArrayList<>();
    for (int second = 0; second < 64; second++) {
      assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isNull();
      after.add(renewals.get());
      pass(Duration.ofSeconds(1));
    }

    assertThat(after.get(0)).isEqualTo(1);
    assertThat(after.get(3)).isBetween(2, 4);
    assertThat(renewals.get()).isBetween(6, 9);
  }

  @Test
  void refused_staysSo() throws Exception {
    renewal =
        old -> {
          next();
          throw new CredentialRefusedException("of the test");
        };
    Credentials credentials = credentials(one -> {});
    for (int i = 0; i < 3; i++) {
      assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isNull();
      pass(Duration.ofDays(1));
    }

    assertThat(renewals).hasValue(1);
  }

  @Test
  void renewal_thatReturnsNothing_hasFailed() throws Exception {
    renewal = old -> null;
    Credentials credentials = credentials(one -> {});

    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isNull();
  }

  @Test
  void expired_isWaitedFor_expiringIsNot() throws Exception {
    Credentials credentials =
        credentials(
            one ->
                one[0] =
                    one[0].expires(
                        pair ->
                            pair.access.equals("a0")
                                ? Instant.ofEpochSecond(1000)
                                : Instant.ofEpochSecond(5000),
                        Duration.ofSeconds(100)));
    in(
        new Pair("a0", "r0"),
        () -> {
          Authorization call = Authorization.of(credentials, Context.current());
          assertThat(call.due(API, name -> false, null, Span.getInvalid())).isNull();
          now.set(Instant.ofEpochSecond(1001));
          assertThat(
                  call.due(API, name -> false, null, Span.getInvalid()).get(30, TimeUnit.SECONDS))
              .isTrue();
          assertThat(attach(call)).containsEntry("authorization", "Bearer a1");
          now.set(Instant.ofEpochSecond(4999));
          assertThat(call.due(API, name -> false, null, Span.getInvalid()))
              .as("beside the call")
              .isNull();
          return null;
        });
  }

  @Test
  void secret_isWipedByTheLastHolder() throws Exception {
    Pair old = new Pair("a0", "r0");
    AtomicReference<Pair> fresh = new AtomicReference<>();
    Credentials credentials = credentials(one -> one[0] = one[0].grace(Duration.ZERO));
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).keep(SESSION).build();
    waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(SESSION, old);
              waybill
                  .request()
                  .call(
                      () -> {
                        RequestScope.current().set(SESSION, old);
                        rejected(credentials);
                        fresh.set(RequestScope.current().get(SESSION));
                        return null;
                      });
              assertThat(old.destroyed).as("the outer request holds it").hasValue(0);
              return null;
            });

    assertThat(old.destroyed).hasValue(1);
    Eventually.isTrue(() -> fresh.get().destroyed.get() == 1);
  }
}
