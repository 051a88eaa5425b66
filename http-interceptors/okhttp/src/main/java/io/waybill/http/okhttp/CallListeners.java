package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpClientCall;
import io.waybill.sdk.Waybill;
import okhttp3.Call;
import okhttp3.EventListener;

/** Notes who makes a call: OkHttp asks for a listener where the user makes it, on that thread. */
record CallListeners(Waybill waybill, EventListener.Factory users)
    implements EventListener.Factory {

  @Override
  public EventListener create(Call call) {
    EventListener ours = new CallState(waybill, HttpClientCall.of(waybill, Context.current()));
    EventListener theirs = users.create(call);
    return theirs == EventListener.NONE ? ours : ours.plus(theirs);
  }
}
