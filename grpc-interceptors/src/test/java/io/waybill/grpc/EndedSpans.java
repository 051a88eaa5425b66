package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The spans that have ended and that no test has asked for yet. */
final class EndedSpans implements SpanProcessor {
  private final BlockingQueue<SpanData> ended = new LinkedBlockingQueue<>();
  private final List<SpanData> set = new ArrayList<>();
  private final AtomicInteger started = new AtomicInteger();

  /** Takes the next span of {@code kind}, waiting for it. */
  SpanData take(SpanKind kind) throws InterruptedException {
    for (SpanData span : set) {
      if (span.getKind() == kind) {
        set.remove(span);
        return span;
      }
    }
    while (true) {
      SpanData span = ended.poll(30, TimeUnit.SECONDS);
      assertThat(span).as("an ended %s span", kind).isNotNull();
      if (span.getKind() == kind) {
        return span;
      }
      set.add(span);
    }
  }

  /** Returns how many spans were started so far. */
  int started() {
    return started.get();
  }

  /** Returns how many spans have ended and were not taken. */
  int left() {
    return set.size() + ended.size();
  }

  /** Returns what is left once all calls are over. */
  List<SpanData> rest() {
    List<SpanData> rest = new ArrayList<>(set);
    ended.drainTo(rest);
    return rest;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    ended.add(span.toSpanData());
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    started.incrementAndGet();
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }
}
