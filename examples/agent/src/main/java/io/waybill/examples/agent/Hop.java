package io.waybill.examples.agent;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one service saw of a request, as a line of {@code name=value}, with a space between. */
record Hop(Map<String, String> entries) {
  static final String SERVICE = "service";
  static final String ORDER = "order";
  static final String TRACE = "trace";
  static final String REQUEST = "request.id";
  static final String USER = "user.id";
  static final String TENANT = "tenant.id";
  static final String LOCALE = "locale";

  /** Returns what is seen here and now, by OpenTelemetry's own API. */
  static String here(String service, String order) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(SERVICE, service);
    entries.put(ORDER, order);
    entries.put(TRACE, Span.current().getSpanContext().getTraceId());
    for (String name : List.of(REQUEST, USER, TENANT, LOCALE)) {
      String value = Baggage.current().getEntryValue(name);
      if (value != null) {
        entries.put(name, value);
      }
    }
    return entries.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(" "));
  }

  static Hop parse(String line) {
    Map<String, String> entries = new LinkedHashMap<>();
    Arrays.stream(line.split(" ", -1))
        .map(entry -> entry.split("=", 2))
        .forEach(entry -> entries.put(entry[0], entry[1]));
    return new Hop(entries);
  }

  /** Returns the value of a name; empty without one. */
  String value(String name) {
    return entries.getOrDefault(name, "");
  }

  @Override
  public String toString() {
    return entries.toString().replaceAll("[{},]", "");
  }
}
