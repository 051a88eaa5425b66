package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;
import javax.security.auth.DestroyFailedException;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * What all branches of one request share: who it was identified as, its local fields, and whether
 * it has ended. All of it is one array that is never written to but replaced as a whole, so that
 * each change, and the end, comes before or after each other one.
 */
final class RequestState {
  private static final AtomicReferenceFieldUpdater<RequestState, Object[]> CELLS =
      AtomicReferenceFieldUpdater.newUpdater(RequestState.class, Object[].class, "cells");

  /** In the last cell, once the request has ended. */
  private static final Object ENDED = new Object();

  private final Fields fields;
  // A cell for each identity field, one for each local field, and the one that says it has ended.
  private volatile @Nullable Object[] cells;
  // Written once, before the request is handed to anybody.
  private Context context = Context.root();
  private Span span = Span.getInvalid();
  private @Nullable Runnable atEnd;
  private @Nullable Explanation explanation;

  /** Starts a request that is identified by {@code identities}, as far as it is so far. */
  RequestState(Fields fields, @Nullable Entry[] identities) {
    this.fields = fields;
    @Nullable Object[] first = new Object[fields.identities() + fields.locals() + 1];
    System.arraycopy(identities, 0, first, 0, fields.identities());
    this.cells = first;
  }

  /** Sets the Context in which the request was opened, and the span that shows its fields. */
  void open(Context context, Span span) {
    this.context = context;
    this.span = span;
  }

  /** Sets what runs just before the request ends, and may run twice where two end it at once. */
  void atEnd(Runnable task) {
    this.atEnd = task;
  }

  void explanation(@Nullable Explanation ofRequest) {
    this.explanation = ofRequest;
  }

  /** Returns what became of the request's fields so far, or null where nobody asks. */
  @Nullable Explanation explanation() {
    return explanation;
  }

  Fields fields() {
    return fields;
  }

  Context context() {
    return context;
  }

  boolean isEnded() {
    return isEnded(cells);
  }

  /** Returns the state as it is now: the same array as long as nothing has changed. */
  @Nullable Object[] cells() {
    return cells;
  }

  @Nullable Entry identified(int slot) {
    return (Entry) cells[slot];
  }

  /** Sets what the request is identified as, once; shows it on the server's span. */
  void identify(int slot, Entry entry) {
    @Nullable Object[] now;
    do {
      now = cells;
      if (isEnded(now)) {
        throw ended(fields.field(slot));
      }
      if (now[slot] != null) {
        requireSame(slot, (Entry) now[slot], entry);
        return;
      }
    } while (!replace(now, slot, entry));
    String shown = fields.shown(slot, entry);
    if (shown != null) {
      span.setAttribute(fields.attributeKey(slot), shown);
    }
  }

  private void requireSame(int slot, Entry known, Entry entry) {
    if (!known.text.equals(entry.text)) {
      throw new IllegalStateException(
          fields.field(slot)
              + ": the request is already identified by another value (expected: the same value,"
              + " or with(field, value).run(..) for a part of the request)");
    }
  }

  @Nullable Object local(int slot) {
    @Nullable Object[] now = cells;
    if (isEnded(now) && fields.local(slot).isSecret()) {
      throw new IllegalStateException(
          fields.local(slot) + ": the request has ended and its secrets are wiped");
    }
    return now[fields.identities() + slot];
  }

  /** Replaces the value of a local field by what {@code change} makes of it; returns that. */
  @Nullable Object updateLocal(int slot, UnaryOperator<@Nullable Object> change) {
    int at = fields.identities() + slot;
    @Nullable Object[] now;
    @Nullable Object value;
    do {
      now = cells;
      if (isEnded(now)) {
        throw ended(fields.local(slot));
      }
      value = change.apply(now[at]);
    } while (!replace(now, at, value));
    return value;
  }

  /** Ends the request and wipes its secrets; returns false if it had ended before. */
  boolean end() {
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
    if (explanation != null) {
      Warnings.explained(explanation, context);
    }
    return true;
  }

  private @Nullable Object[] withoutSecrets(@Nullable Object[] now) {
    @Nullable Object[] last = now.clone();
    for (int slot = 0; slot < fields.locals(); slot++) {
      if (fields.local(slot).isSecret()) {
        last[fields.identities() + slot] = null;
      }
    }
    last[last.length - 1] = ENDED;
    return last;
  }

  private void wipeSecrets(@Nullable Object[] last) {
    for (int slot = 0; slot < fields.locals(); slot++) {
      if (fields.local(slot).isSecret()) {
        wipe(last[fields.identities() + slot]);
      }
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
      } catch (DestroyFailedException | RuntimeException kept) {
        // The user's own object could not be destroyed; our reference to it is gone all the same.
      }
    }
  }

  private boolean replace(@Nullable Object[] now, int at, @Nullable Object value) {
    @Nullable Object[] next = now.clone();
    next[at] = value;
    return CELLS.compareAndSet(this, now, next);
  }

  private static boolean isEnded(@Nullable Object[] cells) {
    return cells[cells.length - 1] != null;
  }

  private static IllegalStateException ended(Object field) {
    return new IllegalStateException(
        field + ": the request has ended (expected: set while it runs, before it is answered)");
  }
}
