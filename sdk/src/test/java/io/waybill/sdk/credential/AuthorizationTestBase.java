package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.internal.telemetry.Counters;
import io.waybill.sdk.internal.telemetry.CredentialCounter;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.DropCounter;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.security.auth.Destroyable;

/** A request that holds a pair of tokens, renewed by clocks that the test sets. */
abstract class AuthorizationTestBase {
  static final Destination API = Destination.of(URI.create("https://api.example"));
  static final LocalField<Pair> SESSION = LocalField.secret("session");
  private static final Waybill HOLDING =
      Waybill.builder(OpenTelemetry.noop()).keep(SESSION).build();

  final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it may overflow
  final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  final AtomicInteger renewals = new AtomicInteger();
  Renewal<Pair> renewal = old -> new Pair("a" + next(), "r" + renewals.get());

  int next() {
    return renewals.incrementAndGet();
  }

  static final class Pair implements Destroyable {
    final String access;
    final String refresh;
    final AtomicInteger destroyed = new AtomicInteger();

    Pair(String access, String refresh) {
      this.access = access;
      this.refresh = refresh;
    }

    @Override
    public void destroy() {
      destroyed.incrementAndGet();
    }

    /** As classes are that must not be used any more. */
    String access() {
      if (destroyed.get() > 0) {
        throw new IllegalStateException("destroyed");
      }
      return access;
    }

    @Override
    public String toString() {
      return access;
    }
  }

  Credentials credentials(Consumer<Credential<Pair>[]> changed) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Credential<Pair>[] one =
        new Credential[] {
          Credential.bearer(SESSION, Pair::access)
              .to("https://api.example")
              .renew(old -> renewal.renew(old))
              .sharedBy(pair -> pair.refresh)
        };
    changed.accept(one);
    Warnings warnings = new Warnings(new DropCounter(new Counters(MeterProvider.noop())));
    CredentialTelemetry telemetry =
        new CredentialTelemetry(
            new CredentialCounter(new Counters(MeterProvider.noop())),
            DecisionRecorder.of(new DropCounter(new Counters(MeterProvider.noop())), Border.OUT),
            new Spans(TracerProvider.noop().get("test"), warnings),
            warnings);
    return new Credentials(List.of(one[0]), telemetry, nanos::get, now::get);
  }

  static <V> V in(Pair held, java.util.concurrent.Callable<V> work) throws Exception {
    return HOLDING
        .request()
        .call(
            () -> {
              RequestScope.current().set(SESSION, held);
              return work.call();
            });
  }

  /** Sends one attempt that is rejected; returns what would be sent again, or null. */
  static String rejected(Credentials credentials) throws Exception {
    Authorization call = Authorization.of(credentials, Context.current());
    Map<String, String> first = attach(call);
    assertThat(first).isNotEmpty();
    CompletableFuture<Boolean> again =
        call.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid());
    return again != null && again.get(30, TimeUnit.SECONDS)
        ? attach(call).get("authorization")
        : null;
  }

  static Map<String, String> attach(Authorization call) {
    Map<String, String> headers = new HashMap<>();
    call.attach(API, headers, (sent, name) -> false, Map::put);
    return headers;
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
