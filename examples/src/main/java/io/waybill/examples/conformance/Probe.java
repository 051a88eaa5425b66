package io.waybill.examples.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;

/** Tells what the current request carries, and what became of it. Call it where a handler runs. */
final class Probe {
  private final ScopeFields fields;
  private final Records records;

  Probe(ScopeFields fields, Records records) {
    this.fields = fields;
    this.records = records;
  }

  /**
   * Returns the answer to a request whose own call was answered with {@code received}.
   *
   * @param recorded whether a recording server of ours answered, else another service
   */
  JsonObject answer(String received, boolean recorded) {
    RequestScope scope = RequestScope.current();
    JsonElement other = Json.readOrQuote(received);
    JsonObject answer = new JsonObject();
    answer.add("entries", entries(scope));
    answer.addProperty("requestId", scope.get(BaggageField.REQUEST_ID));
    answer.addProperty("traceId", Span.current().getSpanContext().getTraceId());
    answer.add("outbound", recorded ? other : new JsonArray());
    answer.add("log", log());
    if (!recorded) {
      answer.add("next", other);
    }
    return answer;
  }

  /** All baggage, and over it what our typed read says of identity, which is mirrored or not. */
  private JsonObject entries(RequestScope scope) {
    JsonObject entries = new JsonObject();
    Baggage.current().forEach((key, entry) -> entries.addProperty(key, entry.getValue()));
    fields.forEach(scope, entries::addProperty);
    return entries;
  }

  private JsonArray log() {
    JsonArray log = new JsonArray();
    records.log("probe").forEach(log::add);
    return log;
  }
}
