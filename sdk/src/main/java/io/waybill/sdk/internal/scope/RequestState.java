package io.waybill.sdk.internal.scope;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.sdk.internal.telemetry.DecisionLog;
import io.waybill.sdk.internal.telemetry.Warnings;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * What all branches of one request share: who it was identified as, its local fields, and whether
 * it has ended. All of it is one array that is never written to but replaced as a whole, so that
 * each change, and the end, comes before or after each other one.
 */
public final class RequestState {
  private static final AtomicReferenceFieldUpdater<RequestState, Object[]> CELLS =
      AtomicReferenceFieldUpdater.newUpdater(RequestState.class, Object[].class, "cells");

  private static final AtomicIntegerFieldUpdater<RequestState> TO_TAKE_OVER =
      AtomicIntegerFieldUpdater.newUpdater(RequestState.class, "toTakeOver");

  /** The version of a request that nobody has identified since it was opened. */
  private static final Object OPENED = new Object();

  /** The version of a request that has ended: its identity is what it was then. */
  private static final Object ENDED = new Object();

  private final Fields fields;
  private final RequestSource source;
  // A cell for each identity field, one for each local field, and the version.
  private volatile @Nullable Object[] cells;
  // Written before the request is handed to anybody but the processor of its own span.
  private Context context = Context.root();
  private volatile Span span = Span.getInvalid();

  // 1 if an instrumentation of others has opened it, and no adapter inside of that so far.
  @SuppressWarnings("UnusedVariable") // by its updater
  private volatile int toTakeOver;

  private @Nullable Runnable atEnd;
  private @Nullable DecisionLog decisions;

  /** Starts a request that is identified by {@code identities}, as far as it is so far. */
  RequestState(Fields fields, RequestSource source, @Nullable BaggageValue[] identities) {
    this.fields = fields;
    this.source = source;
    @Nullable Object[] first = new Object[fields.cells() + 1];
    System.arraycopy(identities, 0, first, 0, fields.identities());
    first[fields.cells()] = OPENED;
    this.cells = first;
  }

  /** Sets the Context in which the request runs. */
  public void open(Context opened) {
    this.context = opened;
  }

  /** Says that an instrumentation opens it, inside of which an adapter of ours may be. */
  public void openByInstrumentation() {
    toTakeOver = 1;
  }

  /** Returns whether {@code by}, which opens the same request now, is the first to do so. */
  boolean isTakenOverBy(RequestSource by) {
    return source == by && !isEnded() && TO_TAKE_OVER.compareAndSet(this, 1, 0);
  }

  /** Sets the span that shows the fields which become known later. */
  public void showOn(Span shown) {
    this.span = shown;
  }

  /** Returns the span of the request; one that ignores everything if it has none. */
  public Span span() {
    return span;
  }

  /** Sets what runs just before the request ends, and may run twice where two end it at once. */
  void atEnd(@Nullable Runnable task) {
    this.atEnd = task;
  }

  void explainIn(@Nullable DecisionLog log) {
    this.decisions = log;
  }

  /** Returns what became of the request's fields so far, or null where nobody asks. */
  public @Nullable DecisionLog decisions() {
    return decisions;
  }

  /** Returns the fields of the set-up that opened the request. */
  public Fields fields() {
    return fields;
  }

  /** Returns what opened the request. */
  RequestSource source() {
    return source;
  }

  /** Returns the Context in which the request runs. */
  public Context context() {
    return context;
  }

  /** Returns whether the request has ended. */
  public boolean isEnded() {
    return isEnded(cells);
  }

  /**
   * Returns the version of whom the request is identified as: the same object as long as that has
   * not changed. It holds nothing of the request, so whoever keeps it keeps no secret.
   */
  public Object version() {
    return version(cells);
  }

  /**
   * Returns what a view carries in {@code slot}, or null.
   *
   * @param own by slot, what the view has itself; it wins over what the request is identified as
   */
  @Nullable BaggageValue value(@Nullable BaggageValue[] own, int slot) {
    BaggageValue value = own[slot];
    return value == null && fields.isIdentity(slot) ? (BaggageValue) cells[slot] : value;
  }

  /** Sets what the request is identified as, once; shows it on the server's span. */
  void identify(int slot, BaggageValue value) {
    @Nullable Object[] now;
    do {
      now = cells;
      if (isEnded(now)) {
        throw ended(fields.field(slot));
      }
      if (now[slot] != null) {
        requireSame(slot, (BaggageValue) now[slot], value);
        return;
      }
    } while (!replace(now, slot, value, new Object()));
    show(slot, fields.shown(slot, value, true));
  }

  /** The request is identified by now, whatever the span does. */
  private void show(int slot, @Nullable String text) {
    if (text == null) {
      return;
    }
    try {
      span.setAttribute(fields.attributeKey(slot), text);
    } catch (Throwable spanFailed) {
      source.notShown(spanFailed);
    }
  }

  private void requireSame(int slot, BaggageValue known, BaggageValue value) {
    if (!known.text.equals(value.text)) {
      throw new IllegalStateException(
          fields.field(slot)
              + ": the request is already identified by another value (expected: the same value,"
              + " or with(field, value).run(..) for a part of the request)");
    }
  }

  @Nullable Object local(int cell) {
    @Nullable Object[] now = cells;
    LocalField<?> field = fields.local(cell);
    if (isEnded(now) && field.isSecret()) {
      throw new IllegalStateException(field + ": the request has ended and its secrets are wiped");
    }
    return now[cell];
  }

  /** Returns the secret in {@code cell}; null if there is none, none any more, or no cell. */
  public @Nullable Object secretOrNull(int cell) {
    return cell < 0 ? null : cells[cell];
  }

  /**
   * Replaces the secret in {@code cell} by what {@code change} makes of it, unless it has ended.
   * What was there is wiped if nobody else holds it: it was renewed.
   */
  public void replaceSecret(int cell, UnaryOperator<@Nullable Object> change) {
    @Nullable Object[] now;
    @Nullable Object value;
    do {
      now = cells;
      value = change.apply(now[cell]);
      if (value == now[cell] || isEnded(now)) {
        return;
      }
    } while (!replaceHeld(now, cell, value, true));
  }

  /** A secret may be another request's too: it is held before anybody can see it here. */
  private boolean replaceHeld(
      @Nullable Object[] now, int cell, @Nullable Object value, boolean wipes) {
    if (!fields.local(cell).isSecret()) {
      return replace(now, cell, value, version(now));
    }
    Holders.hold(value);
    boolean replaced = replace(now, cell, value, version(now));
    if (Holders.letGo(replaced ? now[cell] : value) && replaced && wipes) {
      wipe(now[cell]);
    }
    return replaced;
  }

  /** Replaces the value of a local field by what {@code change} makes of it; returns that. */
  @Nullable Object update(int cell, UnaryOperator<@Nullable Object> change) {
    @Nullable Object[] now;
    @Nullable Object value;
    do {
      now = cells;
      if (isEnded(now)) {
        throw ended(fields.local(cell));
      }
      value = change.apply(now[cell]);
    } while (!replaceHeld(now, cell, value, false)); // A call may have the old one under way.
    return value;
  }

  /** Ends the request and wipes its secrets; returns false if it had ended before. */
  public boolean end() {
    if (atEnd != null && !isEnded()) {
      atEnd.run(); // First: once a request has ended, nobody may still count it as open.
    }
    @Nullable Object[] now;
    @Nullable Object[] last;
    do {
      now = cells;
      if (isEnded(now)) {
        return false;
      }
      last = withoutSecrets(now);
    } while (!CELLS.compareAndSet(this, now, last));
    wipeSecrets(now);
    if (decisions != null) {
      Warnings.explained(decisions, context);
    }
    return true;
  }

  private @Nullable Object[] withoutSecrets(@Nullable Object[] now) {
    @Nullable Object[] last = now.clone();
    for (int cell = fields.identities(); cell < fields.cells(); cell++) {
      if (fields.local(cell).isSecret()) {
        last[cell] = null;
      }
    }
    last[fields.cells()] = ENDED;
    return last;
  }

  private void wipeSecrets(@Nullable Object[] last) {
    for (int cell = fields.identities(); cell < fields.cells(); cell++) {
      if (fields.local(cell).isSecret() && Holders.letGo(last[cell])) {
        wipe(last[cell]);
      }
    }
  }

  /** Lets go of a secret that was held outside of requests; the last one wipes it. */
  public static void letGo(@Nullable Object secret) {
    if (Holders.letGo(secret)) {
      wipe(secret);
    }
  }

  private static void wipe(@Nullable Object secret) {
    if (secret instanceof char[] chars) {
      Arrays.fill(chars, '\0');
    } else if (secret instanceof byte[] bytes) {
      Arrays.fill(bytes, (byte) 0);
    } else if (secret instanceof Destroyable destroyable) {
      try {
        destroyable.destroy();
      } catch (Throwable kept) {
        // The user's own object could not be destroyed. Our reference to it is gone all the same,
        // and the other secrets, the span and the caller's future still have their turn.
      }
    }
  }

  private boolean replace(
      @Nullable Object[] now, int cell, @Nullable Object value, Object version) {
    @Nullable Object[] next = now.clone();
    next[cell] = value;
    next[fields.cells()] = version;
    return CELLS.compareAndSet(this, now, next);
  }

  private static boolean isEnded(@Nullable Object[] cells) {
    return cells[cells.length - 1] == ENDED;
  }

  private static Object version(@Nullable Object[] cells) {
    return requireNonNull(cells[cells.length - 1]);
  }

  private static IllegalStateException ended(Object field) {
    return new IllegalStateException(
        field + ": the request has ended (expected: set while it runs, before it is answered)");
  }
}
