package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields of requests to show somewhere, each under its name or another one: for adapters of logs,
 * spans and metrics.
 *
 * <pre>{@code
 * ScopeFields.of(REQUEST_ID, USER).as(TENANT, "customer")
 * }</pre>
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class ScopeFields {
  private static final ScopeFields DECLARED = new ScopeFields(null);

  // Null is all that are declared.
  private final Shown @Nullable [] shown;

  private record Shown(BaggageField<?> field, String name, AttributeKey<String> key) {}

  private ScopeFields(Shown @Nullable [] shown) {
    this.shown = shown;
  }

  /** Returns the fields that the set-up of each request declares, each under its own name. */
  public static ScopeFields declared() {
    return DECLARED;
  }

  /** Returns {@code fields}, each under its own name. */
  public static ScopeFields of(BaggageField<?>... fields) {
    ScopeFields all = new ScopeFields(new Shown[0]);
    for (BaggageField<?> field : fields) {
      all = all.as(field, field.name());
    }
    return all;
  }

  /**
   * Returns these fields and {@code field}, shown as {@code name}.
   *
   * @throws IllegalArgumentException if another field is shown under this name
   * @throws IllegalStateException if these are all fields, as {@link #declared()}
   */
  public ScopeFields as(BaggageField<?> field, String name) {
    if (shown == null) {
      throw new IllegalStateException(
          "as: all declared fields are shown (expected: ScopeFields.of(..) and the fields to show)");
    }
    if (Arrays.stream(shown).anyMatch(other -> other.name.equals(name))) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" shows another field already (expected: a name for each)");
    }
    Shown[] more = Arrays.copyOf(shown, shown.length + 1);
    more[shown.length] = new Shown(field, name, AttributeKey.stringKey(name));
    return new ScopeFields(more);
  }

  /**
   * Calls {@code each} with the name and text of every one of these fields that has a value in
   * {@code scope}, as far as its rule has it shown. A field that the scope's Waybill does not
   * declare has none. The text may hold any character: escape it before it goes into a line.
   */
  public void forEach(RequestScope scope, BiConsumer<String, String> each) {
    View view = (View) scope;
    Fields fields = view.state().fields();
    if (shown == null) {
      for (int slot = 0; slot < fields.size(); slot++) {
        String text = fields.shown(slot, view.entry(slot));
        if (text != null) {
          each.accept(fields.name(slot), text);
        }
      }
      return;
    }
    for (Shown one : shown) {
      String text = text(view, one);
      if (text != null) {
        each.accept(one.name, text);
      }
    }
  }

  /**
   * Sets every one of these fields that has a value in {@code scope} on {@code span}. A field that
   * the scope's Waybill does not declare has none.
   */
  public void showOn(Span span, RequestScope scope) {
    View view = (View) scope;
    if (shown == null) {
      Spans.show(view, span);
      return;
    }
    for (Shown one : shown) {
      String text = text(view, one);
      if (text != null) {
        span.setAttribute(one.key, text);
      }
    }
  }

  private static @Nullable String text(View view, Shown one) {
    Fields fields = view.state().fields();
    int slot = fields.slotOrNone(one.field);
    return slot < 0 ? null : fields.shown(slot, view.entry(slot));
  }
}
