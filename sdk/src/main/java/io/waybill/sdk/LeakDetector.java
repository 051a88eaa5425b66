package io.waybill.sdk;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.context.Context;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Finds requests that never end, and threads that were left in one that did. */
final class LeakDetector {
  private static final int ONE_IN = 1024;

  private final LeakDetection detection;
  private final LongCounter leaked;
  private final Warnings warnings;
  private final ReferenceQueue<RequestState> collected = new ReferenceQueue<>();
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
  private final class Watch extends PhantomReference<RequestState> implements Runnable {
    private final Throwable opened = new Opened("a request was opened here, and has not ended");

    Watch(RequestState state) {
      super(state, collected);
    }

    @Override
    public void run() {
      open.remove(this);
    }
  }

  LeakDetector(LeakDetection detection, MeterProvider meters, Warnings warnings) {
    this.detection = detection;
    this.warnings = warnings;
    this.leaked =
        meters
            .get("io.waybill")
            .counterBuilder("waybill.leaked")
            .setDescription("Requests that never ended, and threads left in one that had")
            .build();
  }

  /** Watches {@code state}, which has just been opened. */
  void opened(RequestState state) {
    if (detection == LeakDetection.OFF
        || (detection == LeakDetection.SAMPLED
            && ThreadLocalRandom.current().nextInt(ONE_IN) != 0)) {
      return;
    }
    reportCollected();
    Watch watch = new Watch(state);
    open.add(watch);
    state.atEnd(watch);
  }

  /** Looks at the Context in which a server has received a request: none that is over, normally. */
  void received(Context before) {
    View left = View.storedIn(before);
    if (left != null && left.isEnded()) {
      report(new Opened("a request came in on a thread that was left in one that had ended"));
    }
  }

  /** Throws if a request is open or was left open, with the stacks that opened them. */
  void requireNone() {
    if (detection != LeakDetection.STRICT) {
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
        report(watch.opened);
      }
    }
  }

  private @Nullable Watch poll() {
    Reference<? extends RequestState> next = collected.poll();
    return (Watch) next;
  }

  private void report(Throwable leak) {
    leaked.add(1);
    warnings.leaked(leak);
    if (detection == LeakDetection.STRICT) {
      found.add(leak);
    }
  }
}
