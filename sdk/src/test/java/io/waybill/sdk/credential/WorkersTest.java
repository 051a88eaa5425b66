package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threads of renewals: nobody's, and gone when there is nothing to do. */
class WorkersTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");
  private static final Destination API = Destination.of(URI.create("https://api.example"));
  private static final ContextKey<String> ASKED = ContextKey.named("asked");
  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

  /** What a thread has that runs something for a renewal. */
  private record Seen(
      String where, RequestScope request, String asked, String inherited, ClassLoader loader) {
    static Seen here(String where) {
      return new Seen(
          where,
          RequestScope.currentOrNull(),
          Context.current().get(ASKED),
          INHERITED.get(),
          Thread.currentThread().getContextClassLoader());
    }
  }

  private final Set<Thread> others = Thread.getAllStackTraces().keySet();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final CountDownLatch joined = new CountDownLatch(1);

  private Waybill waybill(Duration grace) {
    return Waybill.builder(OpenTelemetry.noop())
        .keep(TOKEN)
        .credential(
            Credential.bearer(TOKEN, (String token) -> token)
                .to("https://api.example")
                .renew(
                    old -> {
                      seen.add(Seen.here("renewal"));
                      joined.await();
                      return "fresh-" + old;
                    })
                .grace(grace))
        .build();
  }

  private static CompletableFuture<Boolean> rejected(Waybill waybill) {
    Authorization call = waybill.authorization(Context.current());
    call.attach(API, "", (none, name) -> false, (none, name, value) -> {});
    return call.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid());
  }

  /** Returns those of this test; those of others may have a time of grace left. */
  private Stream<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !others.contains(thread))
        .filter(thread -> thread.getName().startsWith("waybill-credential-"));
  }

  @Test
  void threads_areGone_whenIdle() throws Exception {
    Waybill waybill = waybill(Duration.ZERO);
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String token = "token-" + i;
      answers.add(
          waybill
              .request()
              .call(
                  () -> {
                    RequestScope.current().set(TOKEN, token);
                    return rejected(waybill);
                  }));
    }
    assertThat(threads()).allMatch(Thread::isDaemon).isNotEmpty();
    joined.countDown();
    for (CompletableFuture<Boolean> answer : answers) {
      answer.get(30, TimeUnit.SECONDS);
    }

    Eventually.isTrue(() -> threads().findAny().isEmpty());
  }

  @Test
  void threads_inheritNothingOfWhoAsks() throws Exception {
    Waybill waybill = waybill(Duration.ofSeconds(1));
    Thread asker = Thread.currentThread();
    ClassLoader before = asker.getContextClassLoader();
    try (URLClassLoader askers = new URLClassLoader(new URL[0], before)) {
      asker.setContextClassLoader(askers);
      INHERITED.set("the asker's");
      waybill
          .request()
          .call(
              () -> {
                RequestScope.current().set(TOKEN, "old");
                CompletableFuture<Void> after;
                try (Scope ignored = Context.current().with(ASKED, "the asker's").makeCurrent()) {
                  after = rejected(waybill).thenRun(() -> seen.add(Seen.here("caller")));
                  joined.countDown();
                }
                after.get(30, TimeUnit.SECONDS);
                return null;
              });
    } finally {
      INHERITED.remove();
      asker.setContextClassLoader(before);
    }

    ClassLoader ours = Workers.class.getClassLoader();
    assertThat(seen)
        .containsExactly(
            new Seen("renewal", null, null, null, ours),
            new Seen("caller", null, null, null, ours));
  }
}
