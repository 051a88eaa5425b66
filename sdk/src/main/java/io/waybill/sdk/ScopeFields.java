package io.waybill.sdk;

import io.waybill.BaggageField;
import io.waybill.RequestScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Fields of requests to show somewhere, each under its name or another one: for adapters of logs
 * and metrics.
 *
 * <pre>{@code
 * ScopeFields.of(REQUEST_ID, USER).as(TENANT, "customer")
 * }</pre>
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class ScopeFields {
  private final List<Shown> shown;

  private record Shown(BaggageField<?> field, String name) {}

  private ScopeFields(List<Shown> shown) {
    this.shown = List.copyOf(shown);
  }

  /** Returns {@code fields}, each under its own name. */
  public static ScopeFields of(BaggageField<?>... fields) {
    ScopeFields all = new ScopeFields(List.of());
    for (BaggageField<?> field : fields) {
      all = all.as(field, field.name());
    }
    return all;
  }

  /**
   * Returns these fields and {@code field}, shown as {@code name}.
   *
   * @throws IllegalArgumentException if another field is shown under this name
   */
  public ScopeFields as(BaggageField<?> field, String name) {
    if (shown.stream().anyMatch(other -> other.name.equals(name))) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" shows another field already (expected: a name for each)");
    }
    List<Shown> more = new ArrayList<>(shown);
    more.add(new Shown(field, name));
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
    for (Shown one : shown) {
      int slot = fields.slotOrNone(one.field);
      String text = slot < 0 ? null : fields.shown(slot, view.entry(slot));
      if (text != null) {
        each.accept(one.name, text);
      }
    }
  }
}
