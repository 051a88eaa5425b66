package io.waybill.sdk;

import io.waybill.sdk.wire.Members;
import java.util.AbstractList;

/** The entries of a view that is as it was received: made from its members when asked for. */
final class AsReceived extends AbstractList<Entry> {
  private final View view;

  AsReceived(View view) {
    this.view = view;
  }

  @Override
  public Entry get(int i) {
    Members members = view.received();
    int slot = view.state().fields().slot(members, i);
    Entry declared = slot < 0 ? null : view.entry(slot);
    return declared == null ? Entry.foreign(members, i) : declared;
  }

  @Override
  public int size() {
    return view.received().size();
  }
}
