package io.waybill.micrometer;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request brings, one line of each. */
enum Headers implements TextMapGetter<Map<String, String>> {
  GETTER;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(Map<String, String> carrier) {
    return carrier.keySet();
  }

  @Override
  public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
    return carrier == null ? null : carrier.get(key);
  }
}
