package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpClientCall;
import io.waybill.sdk.Waybill;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Notes who makes a call: OkHttp asks for a listener where the user makes it, on that thread. */
record CallListeners(Waybill waybill, EventListener.Factory users)
    implements EventListener.Factory {

  @Override
  public EventListener create(Call call) {
    EventListener ours =
        new MadeCall(new CallState(waybill, HttpClientCall.of(waybill, Context.current())));
    EventListener theirs = users.create(call);
    return theirs == EventListener.NONE ? ours : ours.plus(theirs);
  }

  /** The call's tags are not there yet while it is made. */
  private static final class MadeCall extends EventListener {
    private final CallState state;

    MadeCall(CallState state) {
      this.state = state;
    }

    @Override
    public void callStart(Call call) {
      state.keepIn(call);
    }

    @Override
    public void cacheMiss(Call call) {
      state.missesCache();
    }

    @Override
    public void cacheConditionalHit(Call call, Response stored) {
      state.missesCache();
    }

    @Override
    public void followUpDecision(Call call, Response answer, @Nullable Request next) {
      state.follows(next);
    }
  }
}
