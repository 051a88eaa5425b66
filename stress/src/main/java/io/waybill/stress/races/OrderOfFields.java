package io.waybill.stress.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** {@code set} and {@code get} of local fields are linearizable: there is one order for all. */
public final class OrderOfFields {
  private OrderOfFields() {}

  /** Two branches set one field. */
  @JCStressTest
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the second set came last")
  @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the first set came after the read")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the first set came between set and read")
  @State
  public static class SetAgainstSet extends Racing {
    @Actor
    public void first() {
      scope.set(COUNT, 1);
    }

    @Actor
    public void second(II_Result r) {
      scope.set(COUNT, 2);
      r.r1 = read(COUNT);
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = read(COUNT);
    }
  }

  /** Who saw the new value of a field never sees its old one again. */
  @JCStressTest
  @Outcome(id = "0, [012]|1, [12]|2, 2", expect = ACCEPTABLE, desc = "only forward")
  @State
  public static class ReadTwice extends Racing {
    @Actor
    public void writer() {
      scope.set(COUNT, 1);
      scope.set(COUNT, 2);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = read(COUNT);
      r.r2 = read(COUNT);
    }
  }

  /** Who saw the second of two fields that one branch set sees the first. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before both")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "between")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "after both")
  @State
  public static class SetOneAfterTheOther extends Racing {
    @Actor
    public void writer() {
      scope.set(COUNT, 1);
      scope.set(OTHER, 1);
    }

    @Actor
    public void reader(II_Result r) {
      r.r1 = read(OTHER);
      r.r2 = read(COUNT);
    }
  }

  /** Each sets its own field and reads the other's: whoever is second sees it. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first was first")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the second was first")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both set, then both read")
  @State
  public static class SetOneReadTheOther extends Racing {
    @Actor
    public void first(II_Result r) {
      scope.set(COUNT, 1);
      r.r1 = read(OTHER);
    }

    @Actor
    public void second(II_Result r) {
      scope.set(OTHER, 1);
      r.r2 = read(COUNT);
    }
  }

  /** Two readers agree which of two fields was set first: not "1, 0, 1, 0". Needs four cores. */
  @JCStressTest
  @Outcome(id = "0, [01], [01], [01]", expect = ACCEPTABLE, desc = "the first reader missed one")
  @Outcome(id = "1, 1, [01], [01]", expect = ACCEPTABLE, desc = "the first reader saw both")
  @Outcome(id = "1, 0, 0, [01]|1, 0, 1, 1", expect = ACCEPTABLE, desc = "count came first")
  @State
  public static class TwoReaders extends Racing {
    @Actor
    public void setsCount() {
      scope.set(COUNT, 1);
    }

    @Actor
    public void setsOther() {
      scope.set(OTHER, 1);
    }

    @Actor
    public void readsCountFirst(IIII_Result r) {
      r.r1 = read(COUNT);
      r.r2 = read(OTHER);
    }

    @Actor
    public void readsOtherFirst(IIII_Result r) {
      r.r3 = read(OTHER);
      r.r4 = read(COUNT);
    }
  }
}
