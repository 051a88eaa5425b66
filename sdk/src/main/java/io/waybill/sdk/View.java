package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.DetachedWork;
import io.waybill.LocalField;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import io.waybill.sdk.wire.Members;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a request: the request's state, and what this view of it carries. The Baggage that
 * lies beside it in the Context holds the same attributes for plain OpenTelemetry code.
 */
final class View extends RequestScope {
  private final Ingress border;
  private final RequestState state;
  // By slot: attributes, and identity that with() set for this view alone. Else the state has it.
  private final @Nullable Entry[] entries;
  private final Members received;
  // Has what no field declares; what it may have of fields is not looked at.
  private final Baggage undeclared;
  // What lies in the Context beside this view.
  private final Baggage baggage;
  // Written by whoever comes first; a Released never changes but for its header.
  private @Nullable Released released;

  private View(
      Ingress border,
      RequestState state,
      @Nullable Entry[] entries,
      Members received,
      Baggage undeclared,
      @Nullable Baggage plain) {
    this.border = border;
    this.state = state;
    this.entries = entries;
    this.received = received;
    this.undeclared = undeclared;
    this.baggage =
        plain == null ? new CarriedBaggage(this, border.mirror().mirrorsIdentity()) : plain;
  }

  /**
   * Returns the first view of a request.
   *
   * @param attributes by slot
   * @param received the members that came in; those that no field declares are in {@code
   *     undeclared} only as far as the policy admitted them
   */
  static View open(
      Ingress border,
      RequestState state,
      @Nullable Entry[] attributes,
      Members received,
      Baggage undeclared) {
    return new View(border, state, attributes, received, undeclared, null);
  }

  /**
   * Returns the view that was stored in {@code context}: costs less than to bring it up to date.
   */
  static @Nullable View storedIn(Context context) {
    return (View) stored(context);
  }

  static @Nullable View in(Context context) {
    return (View) RequestScope.fromContextOrNull(context);
  }

  /** Returns what opened the request. */
  Ingress border() {
    return border;
  }

  RequestState state() {
    return state;
  }

  Members received() {
    return received;
  }

  Baggage undeclared() {
    return undeclared;
  }

  /** Returns what went along the last route from here, or null. */
  @Nullable Released released() {
    return released;
  }

  void released(Released last) {
    released = last;
  }

  /** Returns what this view carries in {@code slot}, or null. */
  @Nullable Entry entry(int slot) {
    Entry own = entries[slot];
    return own == null && state.fields().isIdentity(slot) ? state.identified(slot) : own;
  }

  /** Returns what this view carries in {@code slot} of {@code asked}, or null. */
  @Nullable Entry entry(Fields asked, int slot) {
    if (asked == state.fields()) {
      return entry(slot);
    }
    // A request of one Waybill, called on through another: the field is what they share.
    int own = state.fields().slotOrNone(asked.field(slot));
    return own < 0 ? null : entry(own);
  }

  /** Returns {@code context} with this view and its Baggage. */
  Context storeIn(Context context) {
    return store(context, this).with(baggage);
  }

  @Override
  @SuppressWarnings("unchecked") // an entry in the slot of a field holds a value of its codec
  public <T> @Nullable T get(BaggageField<T> field) {
    Entry entry = entry(state.fields().slot(field));
    return entry == null ? null : (T) entry.value;
  }

  @Override
  public @Nullable Provenance provenance(BaggageField<?> field) {
    Entry entry = entry(state.fields().slot(field));
    return entry == null ? null : entry.provenance;
  }

  @Override
  @SuppressWarnings("unchecked") // the cell of a field is written by set(field, value) only
  public <T> @Nullable T get(LocalField<T> field) {
    return (T) state.local(state.fields().slot(field));
  }

  @Override
  public <T> void set(LocalField<T> field, @Nullable T value) {
    state.updateLocal(state.fields().slot(field), before -> value);
  }

  @Override
  @SuppressWarnings("unchecked") // as in get(field)
  public <T> @Nullable T update(LocalField<T> field, UnaryOperator<@Nullable T> change) {
    UnaryOperator<@Nullable Object> untyped = before -> change.apply((T) before);
    return (T) state.updateLocal(state.fields().slot(field), untyped);
  }

  @Override
  public <T> void identify(BaggageField<T> field, T value) {
    int slot = state.fields().slot(field);
    if (!field.isIdentity()) {
      throw new IllegalArgumentException(
          field + ": no identity field (expected: with(field, value) for an attribute)");
    }
    state.identify(slot, Entry.set(field, requireNonNull(value, "value")));
  }

  @Override
  public <T> RequestScope with(BaggageField<T> field, T value) {
    int slot = state.fields().slot(field);
    Entry entry = Entry.set(field, requireNonNull(value, "value"));
    @Nullable Entry[] changed = entries.clone();
    changed[slot] = entry;
    return new View(border, state, changed, received, undeclared, null);
  }

  @Override
  public DetachedWork detach(BaggageField<?>... fields) {
    return Detached.of(this, fields);
  }

  @Override
  public boolean isEnded() {
    return state.isEnded();
  }

  /** Returns this view, brought up to date with what plain code put into the Context's Baggage. */
  @Override
  protected RequestScope readFrom(Context context) {
    Baggage now = Baggage.fromContext(context);
    // Under the Java agent each read is a new copy, so content decides where identity does not.
    if (OwnBaggage.isSame(now, baggage)) {
      return this;
    }
    @Nullable Entry[] read = border.mirror().read(state.fields(), entries, this::entry, now);
    return new View(border, state, read, received, now, now);
  }

  @Override
  protected Context enter(Context around) {
    View current = in(around);
    Context base = around;
    if (current == null || current.state != state) {
      base = state.context();
      current = in(base);
    }
    return current == this ? base : storeIn(base);
  }

  @Override
  protected void end() {
    state.end();
  }

  /** Returns no value: scopes end up in logs. */
  @Override
  public String toString() {
    return isEnded() ? "RequestScope[ended]" : "RequestScope[open]";
  }
}
