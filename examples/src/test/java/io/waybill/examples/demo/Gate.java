package io.waybill.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds requests until enough of them are inside at once; then lets them and all others pass. */
final class Gate implements Runnable {
  private final CountDownLatch toCome;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger onVirtualThreads = new AtomicInteger();

  Gate(int enough) {
    toCome = new CountDownLatch(enough);
  }

  @Override
  public void run() {
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    // By its name: the class files are for JDK 17, which has no isVirtual().
    if (Thread.currentThread().toString().startsWith("VirtualThread")) {
      onVirtualThreads.incrementAndGet();
    }
    toCome.countDown();
    try {
      assertThat(toCome.await(600, TimeUnit.SECONDS)).as("enough requests came inside").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      inside.decrementAndGet();
    }
  }

  /** Returns how many came on a virtual thread. */
  int onVirtualThreads() {
    return onVirtualThreads.get();
  }

  /** Returns how many were inside at once, at most. */
  int most() {
    return most.get();
  }
}
