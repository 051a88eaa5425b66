package io.waybill.sdk;

/** Which requests are watched for never ending. */
public enum LeakDetection {
  /** None. */
  OFF,
  /**
   * One in 1,024, with the stack that opened it: cheap enough for production. A request that was
   * garbage before it ended is reported in the log, and counted by the metric {@code
   * waybill.leaked}.
   */
  SAMPLED,
  /**
   * All of them, for tests: beside that, {@link Waybill#requireNoLeaks} names those that are open.
   */
  STRICT
}
