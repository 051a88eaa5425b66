package io.waybill.sdk.internal.scope;

import io.waybill.sdk.internal.wire.Members;
import java.util.AbstractList;
import org.jspecify.annotations.Nullable;

/** The values of a view that is as it was received: made from its members when asked for. */
final class ReceivedEntries extends AbstractList<BaggageValue> {
  private final RequestState state;
  private final @Nullable BaggageValue[] own;
  private final Members members;

  ReceivedEntries(RequestState state, @Nullable BaggageValue[] own, Members members) {
    this.state = state;
    this.own = own;
    this.members = members;
  }

  @Override
  public BaggageValue get(int i) {
    int slot = state.fields().slot(members, i);
    BaggageValue declared = slot < 0 ? null : state.value(own, slot);
    return declared == null ? BaggageValue.foreign(members, i) : declared;
  }

  @Override
  public int size() {
    return members.size();
  }
}
