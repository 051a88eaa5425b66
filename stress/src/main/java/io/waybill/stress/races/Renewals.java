package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.waybill.LocalField;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.Rejection;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A token is renewed once, whoever asks at once; and wiped once, by the last who holds it. */
public final class Renewals {
  private static final LocalField<Session> SESSION = LocalField.secret("session");
  private static final Destination API =
      Objects.requireNonNull(Destination.of(URI.create("https://api.internal")));
  // A race leaves its outcome in the table for the time of grace; a full one would forget it.
  private static final int RACES_PER_TABLE = 2_000;
  private static final AtomicLong NEXT = new AtomicLong();
  private static final Waybill WITHOUT_GRACE = waybill(Duration.ZERO);
  private static final AtomicReference<Waybill> WITH_GRACE =
      new AtomicReference<>(waybill(Duration.ofSeconds(5)));

  private Renewals() {}

  private static Waybill waybill(Duration grace) {
    return Waybill.builder(OpenTelemetry.noop())
        .keep(SESSION)
        .credential(
            Credential.bearer(SESSION, Session::access)
                .to("https://api.internal")
                .renew(Session::next)
                .sharedBy(Session::refresh)
                .grace(grace))
        .leakDetection(LeakDetection.OFF)
        .spans(SpanMode.NEVER)
        .build();
  }

  /** Counts who renews it and who wipes it. */
  private static final class Session implements Destroyable {
    final AtomicInteger renewals = new AtomicInteger();
    private final String id;
    private final AtomicInteger wipes = new AtomicInteger();
    private volatile @Nullable Session next;

    Session(String id) {
      this.id = id;
    }

    @Nullable String access() {
      return wipes.get() == 0 ? "access-" + id : null;
    }

    String refresh() {
      if (wipes.get() != 0) {
        throw new IllegalStateException("wiped");
      }
      return "refresh-" + id;
    }

    Session next() {
      refresh();
      renewals.incrementAndGet();
      Session fresh = new Session(id + "'");
      next = fresh;
      return fresh;
    }

    @Override
    public void destroy() {
      wipes.incrementAndGet();
    }

    /** Waits for that, since the thread that does it is nobody's here. */
    String wiped() {
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (wipes.get() == 0 && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      return "wiped " + wipes.get();
    }
  }

  /** Two requests that hold the same token. */
  abstract static class Two {
    final Session old;
    final Holding first;
    final Holding second;

    Two(boolean grace) {
      long number = NEXT.incrementAndGet();
      if (number % RACES_PER_TABLE == 0) {
        WITH_GRACE.set(waybill(Duration.ofSeconds(5)));
      }
      Waybill waybill = grace ? Objects.requireNonNull(WITH_GRACE.get()) : WITHOUT_GRACE;
      old = new Session(Long.toString(number));
      first = new Holding(waybill, old);
      second = new Holding(waybill, old);
    }
  }

  /** A request, and what becomes of a call of it that is rejected. */
  private static final class Holding {
    private final Waybill waybill;
    private final IncomingCall request;

    Holding(Waybill waybill, Session old) {
      this.waybill = waybill;
      this.request = Racing.request(waybill);
      set(old);
    }

    void set(Session session) {
      request.scope().set(SESSION, session);
    }

    boolean end() {
      return request.end();
    }

    String rejected() {
      Authorization call = Objects.requireNonNull(waybill.authorization(request.context()));
      String sent = attach(call);
      if (sent == null) {
        return "ended";
      }
      CompletableFuture<Boolean> again =
          call.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid());
      if (again == null || !again.join()) {
        return Racing.REFUSED;
      }
      String resent = attach(call);
      return resent == null ? "ended" : resent.equals(sent) ? "same" : "again";
    }

    private static @Nullable String attach(Authorization call) {
      String[] sent = new String[1];
      call.attach(API, sent, (out, name) -> false, (out, name, value) -> out[0] = value);
      return sent[0];
    }

    Session held() {
      return Objects.requireNonNull(request.scope().get(SESSION));
    }

    /** Returns whether it holds something, and can use it. */
    String usable() {
      return held().access() == null ? "wiped" : "usable";
    }
  }

  /** Two requests are rejected at once: one asks, and the other joins, before or after landing. */
  @JCStressTest
  @Outcome(id = "again, again, 1 same", expect = ACCEPTABLE, desc = "one asked for both")
  @State
  public static class RejectedTwice extends Two {
    public RejectedTwice() {
      super(true);
    }

    @Actor
    public void first(LLL_Result r) {
      r.r1 = first.rejected();
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = second.rejected();
    }

    @Arbiter
    public void count(LLL_Result r) {
      r.r3 = old.renewals + (first.held() == second.held() ? " same" : " different");
      first.end();
      second.end();
    }
  }

  /** Two branches of one request, where the table forgets at once: nobody asks by what is used. */
  @JCStressTest
  @Outcome(id = "again, again, 1", expect = ACCEPTABLE, desc = "one asked for both")
  @Outcome(id = "again, again, 1 2", expect = ACCEPTABLE, desc = "the last one began by the new")
  @State
  public static class BranchesWithoutGrace extends Two {
    public BranchesWithoutGrace() {
      super(false);
    }

    @Actor
    public void first(LLL_Result r) {
      r.r1 = first.rejected();
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = first.rejected();
    }

    @Arbiter
    public void count(LLL_Result r) {
      Session next = Objects.requireNonNull(old.next);
      int more = next.renewals.get();
      r.r3 = old.renewals + (more == 0 ? "" : " " + (1 + more));
      first.end();
      second.end();
    }
  }

  /** Who joins a renewal that the table forgets, and whose asker has ended, gets nothing wiped. */
  @JCStressTest
  @Outcome(id = "again, again, usable wiped 1", expect = ACCEPTABLE, desc = "both have gone on")
  @State
  public static class JoinAgainstRemoval extends Two {
    public JoinAgainstRemoval() {
      super(false);
    }

    @Actor
    public void askAndEnd(LLL_Result r) {
      r.r1 = first.rejected();
      first.end();
    }

    @Actor
    public void join(LLL_Result r) {
      r.r2 = second.rejected();
    }

    @Arbiter
    public void look(LLL_Result r) {
      Session fresh = second.held();
      String usable = second.usable();
      second.end();
      r.r3 = usable + " " + fresh.wiped();
    }
  }

  /** One request ends while the other one's token is renewed. */
  @JCStressTest
  @Outcome(id = "again, usable, wiped 1 wiped 1", expect = ACCEPTABLE, desc = "not before its end")
  @State
  public static class EndOfTheOther extends Two {
    public EndOfTheOther() {
      super(false);
    }

    @Actor
    public void end() {
      first.end();
    }

    @Actor
    public void renew(LLL_Result r) {
      r.r1 = second.rejected();
    }

    @Arbiter
    public void look(LLL_Result r) {
      Session fresh = second.held();
      r.r2 = second.usable();
      second.end();
      r.r3 = old.wiped() + " " + fresh.wiped();
    }
  }

  /** The request that asks ends: what it held, and what came of it, is wiped once. */
  @JCStressTest
  @Outcome(id = "ended, wiped 1", expect = ACCEPTABLE, desc = "the end before the call")
  @Outcome(id = "refused, wiped 1", expect = ACCEPTABLE, desc = "the end before the renewal")
  @Outcome(
      id = "(ended|refused|again), wiped 1 wiped 1",
      expect = ACCEPTABLE,
      desc = "the end after its begin")
  @State
  public static class EndAgainstUpdate extends Two {
    public EndAgainstUpdate() {
      super(false);
      second.end();
    }

    @Actor
    public void end() {
      first.end();
    }

    @Actor
    public void renew(LL_Result r) {
      r.r1 = first.rejected();
    }

    @Arbiter
    public void look(LL_Result r) {
      String wiped = old.wiped();
      Session fresh = old.next;
      r.r2 = fresh == null ? wiped : wiped + " " + fresh.wiped();
    }
  }

  /** Somebody logs in during the renewal, and stays. */
  @JCStressTest
  @Outcome(id = "again, usable", expect = ACCEPTABLE, desc = "by the new log-in, or renewed")
  @State
  public static class LogInAgainstUpdate extends Two {
    private final Session other = new Session("other-" + old.id);

    public LogInAgainstUpdate() {
      super(true);
    }

    @Actor
    public void logIn() {
      first.set(other);
    }

    @Actor
    public void renew(LL_Result r) {
      r.r1 = first.rejected();
    }

    @Arbiter
    public void look(LL_Result r) {
      boolean stays = first.held() == other || first.held() == other.next;
      r.r2 = stays ? first.usable() : "overwritten";
      first.end();
      second.end();
    }
  }
}
