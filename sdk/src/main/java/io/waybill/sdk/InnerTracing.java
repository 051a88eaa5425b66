package io.waybill.sdk;

/**
 * What the adapter of a server has learnt of other instrumentation further in, which starts its
 * SERVER span only after ours. Each place in which the adapter is installed has one.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class InnerTracing {
  enum Known {
    /** No request has told yet. */
    NOTHING,
    /** Nothing further in has started a SERVER span so far. */
    ABSENT,
    /** Something did, and is expected to. */
    PRESENT
  }

  private volatile Known known;

  private InnerTracing(Known known) {
    this.known = known;
  }

  /** Returns one that learns from the first request. */
  public static InnerTracing unknown() {
    return new InnerTracing(Known.NOTHING);
  }

  /** Returns one that expects other instrumentation from the first request on. */
  public static InnerTracing expected() {
    return new InnerTracing(Known.PRESENT);
  }

  Known known() {
    return known;
  }

  /** Learns from one request. Once there, it is there: some requests it may leave out. */
  void learn(boolean present) {
    if (known == Known.PRESENT) {
      return;
    }
    Known learnt = present ? Known.PRESENT : Known.ABSENT;
    if (known != learnt) {
      known = learnt;
    }
  }
}
