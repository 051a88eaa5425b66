package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.DetachedWork;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import java.lang.invoke.VarHandle;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/** Opens scopes that hold what was chosen of a view, and nothing else of its request. */
final class Detached extends DetachedWork {
  private final View of;
  private final Context trace;
  // By slot, as they were when the work was detached.
  private final @Nullable Entry[] entries;
  private final @Nullable Object[] granted;

  private Detached(View of, Context trace, @Nullable Entry[] entries, @Nullable Object[] granted) {
    this.of = of;
    this.trace = trace;
    this.entries = entries;
    this.granted = granted;
  }

  static Detached of(View view, BaggageField<?>[] chosen) {
    Fields fields = view.state().fields();
    @Nullable Entry[] entries = new Entry[fields.size()];
    int requestId = fields.slot(BaggageField.REQUEST_ID);
    entries[requestId] = view.entry(requestId);
    for (BaggageField<?> field : chosen) {
      int slot = fields.slot(field);
      entries[slot] = view.entry(slot);
    }
    // The ids only: the span itself will have ended, and nobody should write to it.
    Span span = Span.wrap(Span.current().getSpanContext());
    Context trace = Context.root().with(span);
    return new Detached(view, trace, entries, new Object[fields.locals()]);
  }

  @Override
  public DetachedWork grant(LocalField<?>... chosen) {
    Fields fields = of.state().fields();
    @Nullable Object[] more = granted.clone();
    for (LocalField<?> field : chosen) {
      int slot = fields.slot(field);
      more[slot] = copy(field, of.state().local(slot));
      // Throws if the request ended during the copy, which may hold half a secret then. The fence
      // keeps the reads of the copy in front of that look.
      VarHandle.acquireFence();
      var unused = of.state().local(slot);
    }
    return new Detached(of, trace, entries, more);
  }

  @Override
  protected RequestScope open() {
    View view = of.border().open(entries, trace);
    Fields fields = view.state().fields();
    for (int slot = 0; slot < granted.length; slot++) {
      Object value = copy(fields.local(slot), granted[slot]);
      if (value != null) {
        view.state().updateLocal(slot, none -> value);
      }
    }
    return view;
  }

  /** What one scope wipes at its end must not be another's. */
  private static @Nullable Object copy(LocalField<?> field, @Nullable Object value) {
    if (!field.isSecret()) {
      return value;
    }
    if (value instanceof char[] chars) {
      return chars.clone();
    }
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof Destroyable) {
      throw new IllegalArgumentException(
          field
              + ": can't be granted, the request destroys its value at the end (expected: set a new"
              + " one inside the detached work)");
    }
    return value;
  }
}
