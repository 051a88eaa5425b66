package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A SERVER span that is started when somebody asks for it, or by {@link #own()} at the latest; and
 * not at all if another instrumentation is found to have started one for the same request, which
 * this then stands for.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class DeferredSpan implements Span {
  private final Span parent;
  private final boolean waits;
  private final Supplier<Span> start;
  private final ReentrantLock deciding = new ReentrantLock();
  private volatile @Nullable Span own;
  private volatile @Nullable Span decided;

  /**
   * Returns a span that is not started yet.
   *
   * @param waits whether to let nobody but {@link #own()} start it
   */
  DeferredSpan(Span parent, boolean waits, Supplier<Span> start) {
    this.parent = parent;
    this.waits = waits;
    this.start = start;
  }

  /** Lets {@code others} stand for the request, unless this span was started before. */
  void replaceBy(Span others) {
    deciding.lock();
    try {
      if (decided == null) {
        decided = others;
      }
    } finally {
      deciding.unlock();
    }
  }

  /** Returns the span, started now if it was not; an invalid one if it was replaced. */
  Span own() {
    deciding.lock();
    try {
      if (decided == null) {
        own = start.get();
        decided = own;
      }
      return own == null ? Span.getInvalid() : own;
    } finally {
      deciding.unlock();
    }
  }

  private Span shown() {
    Span known = decided;
    if (known != null) {
      return known;
    }
    return waits ? parent : own();
  }

  @Override
  public SpanContext getSpanContext() {
    return shown().getSpanContext();
  }

  @Override
  public boolean isRecording() {
    return shown().isRecording();
  }

  @Override
  public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
    shown().setAttribute(key, value);
    return this;
  }

  @Override
  public Span addEvent(String name, Attributes attributes) {
    shown().addEvent(name, attributes);
    return this;
  }

  @Override
  public Span addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
    shown().addEvent(name, attributes, timestamp, unit);
    return this;
  }

  @Override
  public Span setStatus(StatusCode code, String description) {
    shown().setStatus(code, description);
    return this;
  }

  @Override
  public Span recordException(Throwable exception, Attributes attributes) {
    shown().recordException(exception, attributes);
    return this;
  }

  @Override
  public Span updateName(String name) {
    shown().updateName(name);
    return this;
  }

  @Override
  public void end() {
    shown().end();
  }

  @Override
  public void end(long timestamp, TimeUnit unit) {
    shown().end(timestamp, unit);
  }
}
