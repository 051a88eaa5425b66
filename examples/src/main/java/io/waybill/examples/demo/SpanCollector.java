package io.waybill.examples.demo;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the finished spans of all services, until they are taken. */
final class SpanCollector implements SpanProcessor {
  private final Lock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final List<SpanData> finished = new ArrayList<>();
  private boolean stopped;

  /**
   * Returns the spans, and keeps them no longer.
   *
   * @param expected how many to wait for: a server may end its span after the client has its answer
   * @param patience how long to wait; fewer are returned then
   */
  List<SpanData> take(int expected, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long nanos = patience.toNanos();
      while (finished.size() < expected && nanos > 0) {
        nanos = added.awaitNanos(nanos);
      }
      List<SpanData> all = List.copyOf(finished);
      finished.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** From now on keeps none. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onEnd(ReadableSpan span) {
    lock.lock();
    try {
      if (!stopped) {
        finished.add(span.toSpanData());
        added.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }
}
