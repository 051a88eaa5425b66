package io.waybill.examples.agent;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A span of the shop.
 *
 * @param parent empty for the first of a trace
 * @param attributes those that are text
 */
record TracedSpan(
    String trace, String id, String parent, String name, Map<String, String> attributes) {

  /** Reads one of OpenTelemetry's JSON. */
  static TracedSpan of(JsonObject span) {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (span.has("attributes")) {
      for (JsonElement each : span.getAsJsonArray("attributes")) {
        JsonObject value = each.getAsJsonObject().getAsJsonObject("value");
        if (value.has("stringValue")) {
          attributes.put(
              each.getAsJsonObject().get("key").getAsString(),
              value.get("stringValue").getAsString());
        }
      }
    }
    return new TracedSpan(
        text(span, "traceId"),
        text(span, "spanId"),
        text(span, "parentSpanId"),
        text(span, "name"),
        attributes);
  }

  private static String text(JsonObject span, String name) {
    return span.has(name) ? span.get(name).getAsString() : "";
  }

  /** Returns the value of an attribute; empty without one. */
  String value(String name) {
    return attributes.getOrDefault(name, "");
  }
}
