package io.waybill.sdk.credential;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.internal.scope.Holders;
import io.waybill.sdk.internal.scope.RequestState;
import io.waybill.sdk.policy.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One renewal, from the first who asks until its outcome has no meaning any more. It is in nobody's
 * request: whoever waits has a future of his own, and can change or stop nothing.
 */
final class Flight<T> {
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 6;
  private static final Duration MOST_BACKOFF = FIRST_BACKOFF.multipliedBy(1L << MOST_DOUBLINGS);

  enum State {
    RUNNING,
    RENEWED,
    REFUSED,
    FAILED
  }

  /** Where it is known by what is shared, and what all of them use. */
  interface Table {
    Workers workers();

    CredentialTelemetry telemetry();

    /** Returns the time by a monotonic clock, in nanoseconds. */
    long now();

    /** Remembers the new value of {@code flight}. */
    void born(Flight<?> flight);

    /** Removes {@code flight} after {@code time}, if it is still there. */
    void forgetAfter(Duration time, Flight<?> flight);
  }

  final SharedKey key;
  private final Table table;
  private final Credential<T> credential;
  private final int failuresBefore;
  // Until the user's code is over: an outcome must not keep a request.
  private volatile @Nullable Asker<T> asker;
  private final AtomicReference<@Nullable T> old;
  private final AtomicReference<Seen<T>> seen =
      new AtomicReference<>(new Seen<>(State.RUNNING, null, null, null, 0));
  // Whoever is first: the thread that renews, or the time that is over before there was one.
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<Flight<T>> landed = new CompletableFuture<>();
  // The table, who asked, and all who have joined and not taken the new value yet.
  private final AtomicInteger users = new AtomicInteger(2);
  // The user's code has come to its end, and can't use up the token any more.
  private volatile boolean done;
  private volatile @Nullable Future<?> watch;

  /**
   * What is known of it.
   *
   * @param fresh the new value, {@code text} its header and {@code freshKey} that by which it is
   *     shared; null if there is none
   * @param until by the monotonic clock, when the time of grace or of backoff is over
   */
  private record Seen<T>(
      State state,
      @Nullable T fresh,
      @Nullable String text,
      @Nullable SharedKey freshKey,
      long until) {}

  /** Whose request the hook runs in, and the span of the call that asked. */
  private record Asker<T>(Held<T> held, Span span) {}

  /**
   * Prepares the renewal of {@code old}; {@code before} is the last one of it, if there was one.
   */
  Flight(Table table, Held<T> asker, T old, SharedKey key, Span asked, @Nullable Flight<?> before) {
    this.table = table;
    this.credential = asker.credential;
    this.asker = new Asker<>(asker, asked);
    // Its request may end meanwhile, and must not wipe it; what is wiped is not renewed.
    this.old = new AtomicReference<>(Holders.holdToo(old) ? old : null);
    this.key = key;
    this.failuresBefore = before == null ? 0 : before.failures();
  }

  private Seen<T> seen() {
    return requireNonNull(seen.get());
  }

  private int failures() {
    return seen().state == State.FAILED ? failuresBefore + 1 : 0;
  }

  boolean isRefused() {
    return seen().state == State.REFUSED;
  }

  boolean isDone() {
    return done;
  }

  /** Returns the new value, or null if there is none. */
  @Nullable T fresh() {
    return seen().fresh;
  }

  /** Returns what the new value is shared by, or null. */
  @Nullable SharedKey freshKey() {
    return seen().freshKey;
  }

  /** Returns whether {@code text} is the header of the new value. */
  boolean hasBrought(String text) {
    return text.equals(seen().text);
  }

  /** Returns whether this answers who comes with {@code text} at {@code now}. */
  boolean answers(String text, long now) {
    Seen<T> known = seen();
    return switch (known.state) {
      case RUNNING, REFUSED -> true;
      case RENEWED -> !done || (now - known.until < 0 && !hasBrought(text));
      case FAILED -> !done || now - known.until < 0;
    };
  }

  /**
   * Lets somebody more use the new value, which is not wiped until he has; returns false where it
   * may be wiped already.
   */
  boolean enter() {
    return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  /** Says that the table, or one of those who have entered, is done with the new value. */
  void leave() {
    T fresh = users.decrementAndGet() == 0 ? fresh() : null;
    if (fresh != null) {
      RequestState.letGo(fresh);
    }
  }

  /**
   * Returns what comes of this for somebody who has entered and leaves by it, on a thread that
   * nobody else waits for. It is used even if he has given up: the next call of his is to have it.
   */
  <R> CompletableFuture<R> then(Function<Flight<T>, R> use) {
    CompletableFuture<R> own = new CompletableFuture<>();
    if (landed.isDone()) {
      finish(own, use);
    } else {
      var unused =
          landed
              .thenRunAsync(() -> finish(own, use), table.workers().callers())
              .whenComplete(
                  (done, noThread) -> {
                    if (noThread != null) {
                      finish(own, use);
                    }
                  });
    }
    return own;
  }

  private <R> void finish(CompletableFuture<R> own, Function<Flight<T>, R> use) {
    try {
      R result = use.apply(this);
      leave();
      own.complete(result);
    } catch (Throwable failed) {
      leave();
      own.completeExceptionally(failed);
    }
  }

  void start() {
    try {
      Future<?> work = table.workers().renew(this::renew);
      watch = table.workers().after(credential.timeout, () -> timeOut(work));
      if (done) {
        stopWatch();
      }
    } catch (Throwable noThread) {
      if (begun.compareAndSet(false, true)) {
        fail(noThread);
        end();
      }
    }
  }

  /** Lets callers go on. What it brings all the same is used: a rotated token must not be lost. */
  private void timeOut(Future<?> work) {
    fail(new TimeoutException());
    if (begun.compareAndSet(false, true)) {
      end();
      return;
    }
    landed.complete(this);
    Duration more = credential.timeout.multipliedBy(Credential.MOST_TIMEOUTS - 1);
    watch = table.workers().after(more, () -> work.cancel(true));
    if (done) {
      stopWatch();
    }
  }

  private void renew() {
    T held = old.get();
    Asker<T> by = asker;
    if (held == null || by == null || !begun.compareAndSet(false, true)) {
      return;
    }
    Span span = table.telemetry().start(credential, by.span);
    try (Scope ignored = Context.root().with(span).makeCurrent()) {
      T fresh = credential.renewed(held);
      renewed(by, fresh);
      tell(by, held, fresh);
    } catch (CredentialRefusedException refused) {
      seen.set(new Seen<>(State.REFUSED, null, null, null, 0));
      table.telemetry().tell(by.held, Outcome.REFUSED);
    } catch (Throwable failed) {
      fail(failed);
    } finally {
      table.telemetry().end(span, outcome());
      end();
    }
  }

  private void renewed(Asker<T> by, T fresh) {
    Holders.hold(fresh);
    SharedKey freshKey = credential.keyOrNull(fresh);
    long until = after(credential.grace.toNanos());
    seen.set(new Seen<>(State.RENEWED, fresh, credential.textOrNull(fresh), freshKey, until));
    table.born(this);
    by.held.replace(key, fresh);
    table.telemetry().renewed(by.held, by.span);
  }

  /** In the request that asked, while that is open. */
  private void tell(Asker<T> by, T held, T fresh) {
    try (Scope ignored = RequestScope.restoring(by.held.context()).makeCurrent()) {
      credential.renewed.accept(held, fresh);
    } catch (Throwable usersHookFailed) {
      table.telemetry().hookFailed(by.held, "renewed hook", usersHookFailed);
    }
  }

  /** Says that it brought nothing, unless something is known already. */
  private void fail(Throwable failure) {
    Seen<T> running = seen();
    Seen<T> failed = new Seen<>(State.FAILED, null, null, null, after(backoff()));
    Asker<T> by = asker;
    if (by != null && running.state == State.RUNNING && seen.compareAndSet(running, failed)) {
      table.telemetry().failed(by.held, failure);
    }
  }

  /** Twice as long after each failure, less up to half of it by chance: not all at once again. */
  private long backoff() {
    long most = FIRST_BACKOFF.toNanos() << Math.min(failuresBefore, MOST_DOUBLINGS);
    return ThreadLocalRandom.current().nextLong(most / 2, most + 1);
  }

  private long after(long nanos) {
    return table.now() + nanos;
  }

  /** The user's code is over. The outcome is forgotten in time; a refusal is for good. */
  private void end() {
    letGoOfOld();
    asker = null;
    done = true;
    landed.complete(this);
    stopWatch();
    if (!isRefused()) {
      boolean isRenewed = seen().state == State.RENEWED;
      table.forgetAfter(isRenewed ? credential.grace : MOST_BACKOFF, this);
    }
  }

  private void stopWatch() {
    Future<?> set = watch;
    if (set != null) {
      set.cancel(false);
    }
  }

  /** Returns whether the request that asks still has what this is to renew, not wiped. */
  boolean isWanted() {
    T held = old.get();
    Asker<T> by = asker;
    return held != null && by != null && held == by.held.value();
  }

  /** Returns whether this has an outcome for less time to come than {@code other}. */
  boolean isOlderThan(Flight<?> other) {
    return seen().until - other.seen().until < 0;
  }

  void letGoOfOld() {
    T held = old.getAndSet(null);
    if (held != null) {
      RequestState.letGo(held);
    }
  }

  private Outcome outcome() {
    return switch (seen().state) {
      case RENEWED -> Outcome.RENEWED;
      case REFUSED -> Outcome.REFUSED;
      default -> Outcome.FAILED;
    };
  }
}
