package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.ZZZZ_Result;

/** A change comes before the end and is kept, or after it and throws; the end comes once. */
public final class EndOfRequest {
  private EndOfRequest() {}

  /** A value that was set is the last one; one that was refused is never seen. */
  @JCStressTest
  @Outcome(id = "done, 1, 1", expect = ACCEPTABLE, desc = "set, then end")
  @Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "end, then nothing changes")
  @State
  public static class EndAgainstSet extends Racing {
    @Actor
    public void set(LII_Result r) {
      r.r1 = attempt(() -> scope.set(COUNT, 1));
    }

    @Actor
    public void end(LII_Result r) {
      request.end();
      r.r2 = read(COUNT);
    }

    @Arbiter
    public void after(LII_Result r) {
      r.r3 = read(COUNT);
    }
  }

  /** As with {@code set}. */
  @JCStressTest
  @Outcome(id = "done, 1, 1", expect = ACCEPTABLE, desc = "update, then end")
  @Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "end, then nothing changes")
  @State
  public static class EndAgainstUpdate extends Racing {
    @Actor
    public void update(LII_Result r) {
      r.r1 = attempt(this::increment);
    }

    @Actor
    public void end(LII_Result r) {
      request.end();
      r.r2 = read(COUNT);
    }

    @Arbiter
    public void after(LII_Result r) {
      r.r3 = read(COUNT);
    }
  }

  /** As with {@code set}. */
  @JCStressTest
  @Outcome(id = "done, a, a", expect = ACCEPTABLE, desc = "identify, then end")
  @Outcome(id = "refused, nobody, nobody", expect = ACCEPTABLE, desc = "end, then nothing changes")
  @State
  public static class EndAgainstIdentify extends Racing {
    @Actor
    public void identify(LLL_Result r) {
      r.r1 = identify("a");
    }

    @Actor
    public void end(LLL_Result r) {
      request.end();
      r.r2 = user();
    }

    @Arbiter
    public void after(LLL_Result r) {
      r.r3 = user();
    }
  }

  /** Exactly one ends it; whoever returns from {@code end} sees it ended. */
  @JCStressTest
  @Outcome(id = "true, true, false, true", expect = ACCEPTABLE, desc = "the first ended it")
  @Outcome(id = "false, true, true, true", expect = ACCEPTABLE, desc = "the second ended it")
  @State
  public static class EndAgainstEnd extends Racing {
    @Actor
    public void first(ZZZZ_Result r) {
      r.r1 = request.end();
      r.r2 = scope.isEnded();
    }

    @Actor
    public void second(ZZZZ_Result r) {
      r.r3 = request.end();
      r.r4 = scope.isEnded();
    }
  }
}
