package io.waybill.sdk;

/** Which requests are watched for never ending. */
public enum LeakDetection {
  /** None. */
  OFF(0),
  /**
   * One in 1,024, with the stack that opened it: cheap enough for production. A request that was
   * garbage before it ended is reported in the log, and counted by the metric {@code
   * waybill.leaked}.
   */
  SAMPLED(1024),
  /**
   * All of them, for tests: beside that, {@link Waybill#requireNoLeaks} names those that are open.
   */
  STRICT(1);

  private final int oneIn;

  LeakDetection(int oneIn) {
    this.oneIn = oneIn;
  }

  /** Returns how many requests come to one that is watched; 0 watches none. */
  int oneIn() {
    return oneIn;
  }
}
