package io.waybill.examples.demo;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one service saw of a request: the number that came in the payload, and the fields that were
 * in the scope. Services report it in their answers, one line each.
 *
 * <p><b>Shape.</b> {@code service=orders number=17 trace=… span=… request.id=… user.id=u-ann …},
 * with a space between entries. The shop's values hold none.
 */
record Hop(String service, long number, String trace, String span, Map<String, String> fields) {
  private static final String SERVICE = "service";
  private static final String NUMBER = "number";
  private static final String TRACE = "trace";
  private static final String SPAN = "span";

  /** What a hop reports of its scope. */
  static final List<BaggageField<?>> SHOWN =
      Stream.concat(ShopFields.IDENTITY.stream(), Stream.of(ShopFields.PLAN, ShopFields.LOCALE))
          .<BaggageField<?>>map(field -> field)
          .toList();

  /** Returns what is seen here and now. */
  static Hop here(String service, long number) {
    RequestScope scope = RequestScope.current();
    Map<String, String> fields = new LinkedHashMap<>();
    for (BaggageField<?> field : SHOWN) {
      Object value = scope.get(field);
      if (value != null) {
        fields.put(field.name(), value.toString());
      }
    }
    SpanContext span = Span.current().getSpanContext();
    return new Hop(service, number, span.getTraceId(), span.getSpanId(), fields);
  }

  static Hop parse(String line) {
    Map<String, String> entries = new LinkedHashMap<>();
    Arrays.stream(line.split(" ", -1))
        .map(entry -> entry.split("=", 2))
        .forEach(entry -> entries.put(entry[0], entry[1]));
    String service = entries.remove(SERVICE);
    String number = entries.remove(NUMBER);
    String trace = entries.remove(TRACE);
    String span = entries.remove(SPAN);
    if (service == null || number == null || trace == null || span == null) {
      throw new IllegalArgumentException("line: \"" + line + "\" (expected: a hop)");
    }
    return new Hop(service, Long.parseLong(number), trace, span, entries);
  }

  @Nullable String field(BaggageField<?> field) {
    return fields.get(field.name());
  }

  String line() {
    Stream<String> head =
        Stream.of(
            SERVICE + "=" + service, NUMBER + "=" + number, TRACE + "=" + trace, SPAN + "=" + span);
    Stream<String> tail = fields.entrySet().stream().map(Map.Entry::toString);
    return Stream.concat(head, tail).collect(Collectors.joining(" "));
  }
}
