package io.waybill.sdk.internal.scope;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.DetachedWork;
import io.waybill.LocalField;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import io.waybill.sdk.internal.telemetry.SpanFields;
import io.waybill.sdk.internal.wire.Members;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a request: the request's state, and what this view of it carries. The Baggage that
 * lies beside it in the Context holds the same attributes for plain OpenTelemetry code.
 */
public final class ScopeView extends RequestScope implements SpanFields {
  private final RequestState state;
  // By slot: attributes, and identity that with() set for this view alone. Else the state has it.
  private final @Nullable BaggageValue[] values;
  private final Members received;
  // Has what no field declares; what it may have of fields is not looked at.
  private final Baggage undeclared;
  // What lies in the Context beside this view.
  private final Baggage beside;
  // Written by whoever comes first, with what never changes, as the next. ITSELF: this is below.
  private @Nullable Below below;
  private @Nullable Released released;

  /** Creates the first view of a request. */
  ScopeView(
      RequestState state, @Nullable BaggageValue[] values, Members received, Baggage undeclared) {
    this(state, values, received, undeclared, beside(state, values, undeclared), false);
  }

  private ScopeView(
      RequestState state,
      @Nullable BaggageValue[] values,
      Members received,
      Baggage undeclared,
      Baggage beside,
      boolean isBelow) {
    this.state = state;
    this.values = values;
    this.received = received;
    this.undeclared = undeclared;
    this.beside = beside;
    this.below = isBelow ? Below.ITSELF : null;
    // Whoever finds this view without synchronization sees that it is below, as by a final field;
    // one more field would cost each view eight bytes.
    VarHandle.storeStoreFence();
  }

  /** Returns what others see: this request, or what they have put there themselves. */
  private static Baggage beside(
      RequestState state, @Nullable BaggageValue[] values, Baggage undeclared) {
    if (!state.source().mirror().isHidden()) {
      return new ScopeBaggage(state, values, undeclared);
    }
    return undeclared instanceof UndeclaredBaggage ? Baggage.empty() : undeclared;
  }

  /** Returns the view stored in {@code context}: costs less than to bring it up to date. */
  public static @Nullable ScopeView storedIn(Context context) {
    return (ScopeView) stored(context);
  }

  /** Returns the view of the request in {@code context}, or null outside of any. */
  public static @Nullable ScopeView in(Context context) {
    return (ScopeView) RequestScope.fromContextOrNull(context);
  }

  /** Returns {@code context} without a request, and without Baggage. */
  public static Context outside(Context context) {
    Context outside = stored(context) == null ? context : store(context, null);
    return Baggage.fromContext(outside).isEmpty() ? outside : outside.with(Baggage.empty());
  }

  /** Returns what all views of this request share. */
  public RequestState state() {
    return state;
  }

  /** Returns the members that came in. */
  public Members received() {
    return received;
  }

  /** Returns what this view carries, where it is as it was received. */
  public List<BaggageValue> asReceived() {
    return new ReceivedEntries(state, values, received);
  }

  /** Returns what holds the members that no field declares. */
  public Baggage undeclared() {
    return undeclared;
  }

  /** Returns what the last route from here released, or null. */
  public @Nullable Released released() {
    return released;
  }

  /** Remembers what a route from here releases. */
  public void released(Released last) {
    released = last;
  }

  /** Returns what this view carries in {@code slot}, or null. */
  public @Nullable BaggageValue value(int slot) {
    return state.value(values, slot);
  }

  /** Returns what this view carries in {@code slot} of {@code asked}, or null. */
  public @Nullable BaggageValue value(Fields asked, int slot) {
    if (asked == state.fields()) {
      return value(slot);
    }
    // A request of one Waybill, called on through another: the field is what they share.
    int own = state.fields().slotOrNone(asked.field(slot));
    return own < 0 ? null : value(own);
  }

  /** Returns {@code context} with this view and its Baggage. */
  public Context storeIn(Context context) {
    return store(context, this).with(beside);
  }

  /**
   * Returns {@code caller}, which has this view, as it is below the adapter of a client: scopes
   * read the same there, and no Baggage lies beside them which somebody could send. The calls of a
   * handler come from one Context, so the last one is kept.
   */
  public Context below(Context caller) {
    Below known = below;
    if (known == Below.ITSELF) {
      return storeIn(caller);
    }
    if (known == null || known.caller != caller) {
      ScopeView view =
          known == null
              ? new ScopeView(state, values, received, undeclared, Baggage.empty(), true)
              : requireNonNull(known.view);
      known = new Below(view, caller, view.storeIn(caller));
      below = known;
    }
    return known.context;
  }

  private boolean isBelow() {
    return below == Below.ITSELF;
  }

  /** Called for each field that telemetry shows: with its key, and what is shown of it. */
  public interface Show<T> {
    /** Shows one field. */
    void show(T target, AttributeKey<String> key, String text);
  }

  /** Shows every field that has a value. {@code show} captures nothing, since it would allocate. */
  public <T> void showAll(T target, boolean onSpan, Show<T> show) {
    Fields fields = state.fields();
    for (int slot = 0; slot < fields.size(); slot++) {
      String text = fields.shown(slot, value(slot), onSpan);
      if (text != null) {
        show.show(target, fields.attributeKey(slot), text);
      }
    }
  }

  /** Returns what telemetry shows of {@code field}; null if that is nothing, or not declared. */
  public @Nullable String shown(BaggageField<?> field, boolean onSpan) {
    Fields fields = state.fields();
    int slot = fields.slotOrNone(field);
    return slot < 0 ? null : fields.shown(slot, value(slot), onSpan);
  }

  @Override
  public void showOn(Span span) {
    tryToShow(span, Span::setAttribute);
  }

  @Override
  public void showOn(SpanBuilder span) {
    tryToShow(span, SpanBuilder::setAttribute);
  }

  private <T> void tryToShow(T span, Show<T> show) {
    try {
      showAll(span, true, show);
    } catch (Throwable spanFailed) {
      state.source().notShown(spanFailed);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // what is in the slot of a field holds a value of its codec
  public <T> @Nullable T get(BaggageField<T> field) {
    BaggageValue value = value(state.fields().slot(field));
    return value == null ? null : (T) value.value;
  }

  @Override
  public @Nullable Provenance provenance(BaggageField<?> field) {
    BaggageValue value = value(state.fields().slot(field));
    return value == null ? null : value.provenance;
  }

  @Override
  @SuppressWarnings("unchecked") // the cell of a field is written by set(field, value) only
  public <T> @Nullable T get(LocalField<T> field) {
    return (T) state.local(state.fields().cell(field));
  }

  @Override
  public <T> void set(LocalField<T> field, @Nullable T value) {
    state.update(state.fields().cell(field), before -> value);
  }

  @Override
  @SuppressWarnings("unchecked") // as in get(field)
  public <T> @Nullable T update(LocalField<T> field, UnaryOperator<@Nullable T> change) {
    UnaryOperator<@Nullable Object> untyped = before -> change.apply((T) before);
    return (T) state.update(state.fields().cell(field), untyped);
  }

  @Override
  public <T> void identify(BaggageField<T> field, T value) {
    int slot = state.fields().slot(field);
    if (!field.isIdentity()) {
      throw new IllegalArgumentException(
          field + ": no identity field (expected: with(field, value) for an attribute)");
    }
    state.identify(slot, BaggageValue.set(field, requireNonNull(value, "value")));
  }

  @Override
  public <T> RequestScope with(BaggageField<T> field, T value) {
    int slot = state.fields().slot(field);
    @Nullable BaggageValue[] changed = values.clone();
    changed[slot] = BaggageValue.set(field, requireNonNull(value, "value"));
    return showsNothing()
        ? new ScopeView(state, changed, received, undeclared, beside, isBelow())
        : new ScopeView(state, changed, received, undeclared);
  }

  @Override
  public DetachedWork detach(BaggageField<?>... fields) {
    @Nullable BaggageValue[] chosen = new BaggageValue[values.length];
    choose(BaggageField.REQUEST_ID, chosen);
    for (BaggageField<?> field : fields) {
      choose(field, chosen);
    }
    return Detached.of(state, ofThisRequest(Context.current()), chosen);
  }

  private void choose(BaggageField<?> field, @Nullable BaggageValue[] chosen) {
    int slot = state.fields().slot(field);
    chosen[slot] = value(slot);
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
    if (EntriesBaggage.isSame(now, beside)) {
      return this;
    }
    Baggage seen = showsNothing() ? withAdded(now) : now;
    @Nullable BaggageValue[] read =
        state.source().mirror().read(state.fields(), values, this::value, seen);
    return new ScopeView(state, read, received, seen, now, isBelow());
  }

  /** Returns whether what lies beside this view is not what it carries. */
  private boolean showsNothing() {
    return isBelow() || state.source().mirror().isHidden();
  }

  /** Returns what this view carries, with what plain code has added beside it. */
  private Baggage withAdded(Baggage now) {
    BaggageBuilder all = new ScopeBaggage(state, values, undeclared).toBuilder();
    now.forEach(
        (name, entry) -> {
          if (!EntriesBaggage.isSame(entry, beside.getEntry(name))) {
            all.put(name, entry.getValue(), entry.getMetadata());
          }
        });
    return all.build();
  }

  @Override
  protected Context enter(Context around) {
    Context base = ofThisRequest(around);
    return in(base) == this ? base : storeIn(base);
  }

  /** Returns {@code around} if it is of this request, else the Context that this runs in. */
  private Context ofThisRequest(Context around) {
    ScopeView there = storedIn(around);
    return there != null && there.state == state ? around : state.context();
  }

  @Override
  protected void end() {
    state.end();
  }

  @Override
  protected void leftOpen() {
    state.source().leftOpen();
  }

  /** Returns no value: scopes end up in logs. */
  @Override
  public String toString() {
    return isEnded() ? "RequestScope[ended]" : "RequestScope[open]";
  }

  /** The view below the adapter of a client, and the Context of the last call with it. */
  private static final class Below {
    static final Below ITSELF = new Below(null, Context.root(), Context.root());

    final @Nullable ScopeView view;
    final Context caller;
    final Context context;

    Below(@Nullable ScopeView view, Context caller, Context context) {
      this.view = view;
      this.caller = caller;
      this.context = context;
    }
  }
}
