package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ILI_Result;

/** {@code update} is one step: no change is lost, to this field or to one beside it. */
public final class Updates {
  private Updates() {}

  /** Two branches count. */
  @JCStressTest
  @Outcome(id = "1, 2, 2|2, 1, 2", expect = ACCEPTABLE, desc = "one after the other")
  @State
  public static class UpdateAgainstUpdate extends Racing {
    @Actor
    public void first(III_Result r) {
      r.r1 = increment();
    }

    @Actor
    public void second(III_Result r) {
      r.r2 = increment();
    }

    @Arbiter
    public void after(III_Result r) {
      r.r3 = read(COUNT);
    }
  }

  /** One counts, one sets. */
  @JCStressTest
  @Outcome(id = "1, 10", expect = ACCEPTABLE, desc = "update, then set")
  @Outcome(id = "11, 11", expect = ACCEPTABLE, desc = "set, then update")
  @State
  public static class UpdateAgainstSet extends Racing {
    @Actor
    public void update(II_Result r) {
      r.r1 = increment();
    }

    @Actor
    public void set() {
      scope.set(COUNT, 10);
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = read(COUNT);
    }
  }

  /** Each changes a field of its own. */
  @JCStressTest
  @Outcome(id = "1, a, 1", expect = ACCEPTABLE, desc = "all are kept")
  @State
  public static class FieldsSideBySide extends Racing {
    @Actor
    public void first() {
      increment();
    }

    @Actor
    public void second() {
      scope.identify(USER, "a");
      scope.set(OTHER, 1);
    }

    @Arbiter
    public void after(ILI_Result r) {
      r.r1 = read(COUNT);
      r.r2 = user();
      r.r3 = read(OTHER);
    }
  }
}
