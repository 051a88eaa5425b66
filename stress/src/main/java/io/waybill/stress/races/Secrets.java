package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.waybill.DetachedWork;
import io.waybill.RequestScope;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** No secret outlives its request, but for what was granted before; and that is whole. */
public final class Secrets {
  private Secrets() {}

  /** A request with a secret, long enough to be met when half of it is wiped. */
  abstract static class WithToken extends Racing {
    final char[] token = new char[256];

    WithToken() {
      Arrays.fill(token, 'x');
      scope.set(TOKEN, token);
    }
  }

  /** Returns how much of a secret of {@code x} is left. */
  static String judge(char @Nullable [] token) {
    if (token == null) {
      return "absent";
    }
    int wiped = 0;
    for (char c : token) {
      wiped += c == 'x' ? 0 : 1;
    }
    return wiped == 0 ? "whole" : wiped == token.length ? "wiped" : "half";
  }

  /** Who saw the end gets no secret and can set none. Nobody finds none where there was one. */
  @JCStressTest
  @Outcome(id = "open, same, done", expect = ACCEPTABLE, desc = "all before the end")
  @Outcome(id = "open, same, refused", expect = ACCEPTABLE, desc = "the end before the set")
  @Outcome(id = "open, refused, refused", expect = ACCEPTABLE, desc = "the end before the get")
  @Outcome(id = "ended, refused, refused", expect = ACCEPTABLE, desc = "all after the end")
  @State
  public static class EndAgainstGet extends WithToken {
    @Actor
    public void reader(LLL_Result r) {
      r.r1 = scope.isEnded() ? "ended" : "open";
      r.r2 = get();
      r.r3 = attempt(() -> scope.set(TOKEN, new char[] {'y'}));
    }

    @Actor
    public void end() {
      request.end();
    }

    private String get() {
      try {
        return scope.get(TOKEN) == token ? "same" : "other";
      } catch (IllegalStateException refused) {
        return REFUSED;
      }
    }
  }

  /** A secret that was set is wiped; one that was refused is still the caller's. */
  @JCStressTest
  @Outcome(id = "done, wiped", expect = ACCEPTABLE, desc = "set, then end")
  @Outcome(id = "refused, whole", expect = ACCEPTABLE, desc = "end, then not taken")
  @State
  public static class EndAgainstSet extends Racing {
    final char[] token = {'x', 'x'};

    @Actor
    public void set(LL_Result r) {
      r.r1 = attempt(() -> scope.set(TOKEN, token));
    }

    @Actor
    public void end() {
      request.end();
    }

    @Arbiter
    public void after(LL_Result r) {
      r.r2 = judge(token);
    }
  }

  /** What detached work is granted is a whole copy, or it is refused. */
  @JCStressTest
  @Outcome(id = "whole", expect = ACCEPTABLE, desc = "granted, then end")
  @Outcome(id = "refused", expect = ACCEPTABLE, desc = "the end came first, or meanwhile")
  @State
  public static class EndAgainstGrant extends WithToken {
    @Actor
    public void grant(L_Result r) {
      try {
        DetachedWork work = scope.detach().grant(TOKEN);
        r.r1 = work.call(() -> judge(RequestScope.current().get(TOKEN)));
      } catch (IllegalStateException refused) {
        r.r1 = REFUSED;
      }
    }

    @Actor
    public void end() {
      request.end();
    }
  }
}
