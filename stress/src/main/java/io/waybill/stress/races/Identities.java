package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** A request is identified once. */
public final class Identities {
  private Identities() {}

  /** Two branches say different things: one is believed, and both know who. */
  @JCStressTest
  @Outcome(id = "done, a, refused, a", expect = ACCEPTABLE, desc = "the first won")
  @Outcome(id = "refused, b, done, b", expect = ACCEPTABLE, desc = "the second won")
  @State
  public static class TwoValues extends Racing {
    @Actor
    public void first(LLLL_Result r) {
      r.r1 = identify("a");
      r.r2 = user();
    }

    @Actor
    public void second(LLLL_Result r) {
      r.r3 = identify("b");
      r.r4 = user();
    }
  }

  /** Two branches say the same. */
  @JCStressTest
  @Outcome(id = "done, a, done, a", expect = ACCEPTABLE, desc = "they agree")
  @State
  public static class OneValue extends Racing {
    @Actor
    public void first(LLLL_Result r) {
      r.r1 = identify("a");
      r.r2 = user();
    }

    @Actor
    public void second(LLLL_Result r) {
      r.r3 = identify("a");
      r.r4 = user();
    }
  }
}
