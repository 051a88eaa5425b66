package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.security.auth.DestroyFailedException;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * What all branches of one request share: who it was identified as, its local fields, and whether
 * it has ended. A cell for each identity field, then one for each local field.
 */
final class RequestState {
  private final Fields fields;
  private final AtomicReferenceArray<@Nullable Object> cells;
  private final AtomicBoolean ended = new AtomicBoolean();
  // Written once, before the request is handed to anybody.
  private Context context = Context.root();
  private Span span = Span.getInvalid();

  /** The last content of a cell, once the request has ended: it can be read and not replaced. */
  private record Final(@Nullable Object value) {}

  private static final Final WIPED = new Final(null);

  /** Starts a request that is identified by {@code identities}, as far as it is so far. */
  RequestState(Fields fields, @Nullable Entry[] identities) {
    this.fields = fields;
    this.cells = new AtomicReferenceArray<>(fields.identities() + fields.locals());
    for (int slot = 0; slot < fields.identities(); slot++) {
      cells.setPlain(slot, identities[slot]);
    }
  }

  /** Sets the Context in which the request was opened, and the span that shows its fields. */
  void open(Context context, Span span) {
    this.context = context;
    this.span = span;
  }

  Fields fields() {
    return fields;
  }

  Context context() {
    return context;
  }

  boolean isEnded() {
    return ended.get();
  }

  @Nullable Entry identified(int slot) {
    Object cell = cells.get(slot);
    return (Entry) (cell instanceof Final last ? last.value : cell);
  }

  /** Sets what the request is identified as, once; shows it on the server's span. */
  void identify(int slot, Entry entry) {
    Object cell;
    do {
      cell = cells.get(slot);
      if (cell instanceof Final) {
        throw ended(fields.field(slot));
      }
      if (cell != null) {
        requireSame(slot, (Entry) cell, entry);
        return;
      }
    } while (!cells.compareAndSet(slot, null, entry));
    span.setAttribute(fields.attributeKey(slot), entry.text);
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
    Object cell = cells.get(fields.identities() + slot);
    if (cell == WIPED) {
      throw new IllegalStateException(
          fields.local(slot) + ": the request has ended and its secrets are wiped");
    }
    return cell instanceof Final last ? last.value : cell;
  }

  void setLocal(int slot, @Nullable Object value) {
    int at = fields.identities() + slot;
    Object cell;
    do {
      cell = cells.get(at);
      if (cell instanceof Final) {
        throw ended(fields.local(slot));
      }
    } while (!cells.compareAndSet(at, cell, value));
  }

  /** Ends the request and wipes its secrets; returns false if it had ended before. */
  boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    for (int at = 0; at < cells.length(); at++) {
      close(at);
    }
    return true;
  }

  private void close(int at) {
    int slot = at - fields.identities();
    boolean secret = slot >= 0 && fields.local(slot).isSecret();
    Object last = cells.getAndUpdate(at, cell -> secret ? WIPED : new Final(cell));
    if (secret) {
      wipe(last);
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

  private static IllegalStateException ended(Object field) {
    return new IllegalStateException(
        field + ": the request has ended (expected: set while it runs, before it is answered)");
  }
}
