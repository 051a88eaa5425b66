package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.common.Attributes;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Finds requests that never end, threads that were left in one that did, and open Contexts. */
public final class LeakDetector {
  private final String detection;
  private final int oneIn;
  private final Counter leaked;
  private final Warnings warnings;
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();
  // Filled by STRICT only, for requireNoLeaks.
  private final Queue<Throwable> found = new ConcurrentLinkedQueue<>();

  /** The stack that opened a request: all that is left of it when it is garbage. */
  private static final class Opened extends Throwable {
    private static final long serialVersionUID = 1;

    Opened(String what) {
      super(what);
    }
  }

  /** Is enqueued when the state of its request is garbage; a request that ends removes it. */
  private final class Watch extends PhantomReference<Object> implements Runnable {
    private final Throwable opened = new Opened("a request was opened here, and has not ended");

    Watch(Object request) {
      super(request, collected);
    }

    @Override
    public void run() {
      open.remove(this);
    }
  }

  /**
   * Creates a detector.
   *
   * @param detection how set-up names this
   * @param oneIn how many requests come to one that is watched: 1 watches all and keeps what it
   *     finds, 0 watches none
   */
  public LeakDetector(String detection, int oneIn, Counters counters, Warnings warnings) {
    this.detection = detection;
    this.oneIn = oneIn;
    this.warnings = warnings;
    this.leaked =
        counters.counter(
            "waybill.leaked",
            "Requests that never ended, threads left in one that had, and Contexts left open");
  }

  /** Watches {@code request}, which has just been opened; returns what to run when it ends. */
  public @Nullable Runnable opened(Object request) {
    if (oneIn == 0 || (oneIn > 1 && ThreadLocalRandom.current().nextInt(oneIn) != 0)) {
      return null;
    }
    reportCollected();
    Watch watch = new Watch(request);
    open.add(watch);
    return watch;
  }

  /** Reports a thread that was left in a request which had ended, found by the next one on it. */
  public void leftBehind() {
    report(new Opened("a request came in on a thread that was left in one that had ended"));
  }

  /** Reports a callback or task that left a Context open on its thread, which has been restored. */
  public void leftOpen() {
    try {
      report(new Opened("what ran here left a Context open; the thread has its own again"));
    } catch (StackOverflowError stillNoRoom) {
      // Whoever called this is the next to report it.
    }
  }

  /** Throws if a request is open or was left open, with the stacks that opened them. */
  public void requireNone() {
    if (oneIn != 1) {
      throw new IllegalStateException(
          "leakDetection: " + detection + " (expected: STRICT, to know which requests are open)");
    }
    reportCollected();
    IllegalStateException leaks = new IllegalStateException("leaks of requests, see suppressed");
    open.forEach(watch -> leaks.addSuppressed(watch.opened));
    for (Throwable leak = found.poll(); leak != null; leak = found.poll()) {
      leaks.addSuppressed(leak);
    }
    if (leaks.getSuppressed().length > 0) {
      throw leaks;
    }
  }

  private void reportCollected() {
    for (Watch watch = poll(); watch != null; watch = poll()) {
      if (open.remove(watch)) {
        Throwable gone = new Opened("a request was opened here, and was garbage before it ended");
        gone.setStackTrace(watch.opened.getStackTrace());
        report(gone);
      }
    }
  }

  private @Nullable Watch poll() {
    Reference<? extends Object> next = collected.poll();
    return (Watch) next;
  }

  private void report(Throwable leak) {
    leaked.add(1, Attributes.empty());
    warnings.leaked(leak);
    if (oneIn == 1) {
      found.add(leak);
    }
  }
}
