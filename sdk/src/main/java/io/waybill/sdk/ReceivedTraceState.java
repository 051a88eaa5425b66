package io.waybill.sdk;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A {@code tracestate} as it came in. OpenTelemetry's own drops keys that Level 2 allows. */
final class ReceivedTraceState implements TraceState {
  private final Map<String, String> members;

  ReceivedTraceState(Map<String, String> members) {
    this.members = members;
  }

  @Override
  public @Nullable String get(String key) {
    return members.get(key);
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public boolean isEmpty() {
    return members.isEmpty();
  }

  @Override
  public void forEach(BiConsumer<String, String> each) {
    members.forEach(each);
  }

  @Override
  public Map<String, String> asMap() {
    return members;
  }

  /** A builder of OpenTelemetry's: what changes it, a sampler, gets what that can hold. */
  @Override
  public TraceStateBuilder toBuilder() {
    TraceStateBuilder builder = TraceState.builder();
    String[] keys = members.keySet().toArray(new String[0]);
    // The builder puts each in front.
    for (int i = keys.length - 1; i >= 0; i--) {
      builder.put(keys[i], members.get(keys[i]));
    }
    return builder;
  }
}
