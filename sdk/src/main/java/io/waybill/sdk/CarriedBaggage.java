package io.waybill.sdk;

import io.opentelemetry.api.baggage.BaggageEntry;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a view carries, with identity or without; also what the request is identified as later. */
final class CarriedBaggage extends OwnBaggage {
  private final View view;
  private final boolean showsIdentity;

  CarriedBaggage(View view, boolean showsIdentity) {
    this.view = view;
    this.showsIdentity = showsIdentity;
  }

  @Override
  @Nullable Entry entry(String name) {
    int slot = fields().slot(name);
    return slot < 0 ? Entry.ofPlain(view.undeclared(), name) : entry(slot);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    for (int slot = 0; slot < fields().size(); slot++) {
      Entry entry = entry(slot);
      if (entry != null) {
        each.accept(entry.name, entry);
      }
    }
    view.undeclared()
        .forEach(
            (name, entry) -> {
              if (fields().slot(name) < 0) {
                each.accept(name, entry);
              }
            });
  }

  private @Nullable Entry entry(int slot) {
    return showsIdentity || !fields().isIdentity(slot) ? view.entry(slot) : null;
  }

  private Fields fields() {
    return view.state().fields();
  }
}
