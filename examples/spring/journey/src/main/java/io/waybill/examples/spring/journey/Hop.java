package io.waybill.examples.spring.journey;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one service saw of a request, from the line that it answered. */
record Hop(Map<String, String> entries) {
  static Hop parse(String line) {
    Map<String, String> entries = new LinkedHashMap<>();
    Arrays.stream(line.split(" ", -1))
        .map(entry -> entry.split("=", 2))
        .forEach(entry -> entries.put(entry[0], entry[1]));
    return new Hop(entries);
  }

  String service() {
    return get("service");
  }

  String number() {
    return get("number");
  }

  String request() {
    return get("request.id");
  }

  String user() {
    return get("user.id");
  }

  String tenant() {
    return get("tenant.id");
  }

  String trace() {
    return get("trace");
  }

  String span() {
    return get("span");
  }

  private String get(String name) {
    return entries.getOrDefault(name, "");
  }
}
