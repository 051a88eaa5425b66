package io.waybill.stress.soak;

import java.util.Locale;

/**
 * What the process held when a number of scopes had been opened, all of which had ended.
 *
 * @param scopes how many had been opened
 * @param heapBytes live, after a garbage collection
 * @param threads live
 * @param threadLocals entries of all threads together
 * @param perSecond scopes, since the level before
 */
record Level(long scopes, long heapBytes, int threads, int threadLocals, long perSecond) {
  static final long HEAP_BOUND = 8L << 20;
  static final String HEADING =
      String.format(
          "%12s %14s %8s %12s %12s", "scopes", "heap MB", "threads", "ThreadLocals", "/s");

  private static final double MEGABYTE = 1 << 20;

  /** Returns whether this is no higher than {@code first}, but for what a heap varies by. */
  boolean isLevelWith(Level first) {
    return heapBytes <= first.heapBytes + HEAP_BOUND
        && threads <= first.threads
        && threadLocals <= first.threadLocals;
  }

  /** Returns a line for under {@link #HEADING}. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%,12d %14.2f %8d %12d %,12d",
        scopes,
        heapBytes / MEGABYTE,
        threads,
        threadLocals,
        perSecond);
  }
}
