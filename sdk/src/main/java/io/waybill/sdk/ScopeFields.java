package io.waybill.sdk;

import io.waybill.BaggageField;
import io.waybill.RequestScope;
import java.util.function.BiConsumer;

/** What a request carries, field by field, for adapters of logs and metrics. */
public final class ScopeFields {
  private ScopeFields() {}

  /**
   * Calls {@code each} with every field that has a value in {@code scope}, and its text: identity
   * first, then attributes. The text may hold any character: escape it before it goes into a line.
   */
  public static void forEach(RequestScope scope, BiConsumer<BaggageField<?>, String> each) {
    View view = (View) scope;
    Fields fields = view.state().fields();
    for (int slot = 0; slot < fields.size(); slot++) {
      Entry entry = view.entry(slot);
      if (entry != null) {
        each.accept(fields.field(slot), entry.text);
      }
    }
  }
}
