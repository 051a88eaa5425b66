package io.waybill.examples.spring.journey;

import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What it was asked to do; see {@code examples/run spring --help}.
 *
 * @param users how many visit
 * @param concurrency how many at a time
 * @param telemetry by what the applications are traced
 * @param jaeger where a Jaeger shows the traces
 * @param export where all spans go to, or null
 */
record Options(int users, int concurrency, Telemetry telemetry, URI jaeger, @Nullable URI export) {
  private static final int DEFAULT_USERS = 6;
  private static final int DEFAULT_CONCURRENCY = 200;
  private static final int MOST_USERS = 10_000;
  private static final int MOST_CONCURRENCY = 2_000;
  private static final URI DEFAULT_JAEGER = URI.create("http://127.0.0.1:16686");

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is wrong, saying what was expected
   */
  static Options parse(List<String> arguments, Map<String, String> environment) {
    int users = DEFAULT_USERS;
    int concurrency = DEFAULT_CONCURRENCY;
    Telemetry telemetry = Telemetry.MICROMETER;
    URI jaeger = DEFAULT_JAEGER;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--users" -> users = number(option, value(option, rest), MOST_USERS);
        case "--concurrency" -> concurrency = number(option, value(option, rest), MOST_CONCURRENCY);
        case "--telemetry" -> telemetry = telemetry(option, value(option, rest));
        case "--jaeger" -> jaeger = uri(option, value(option, rest));
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }
    return new Options(users, Math.min(users, concurrency), telemetry, jaeger, export(environment));
  }

  private static @Nullable URI export(Map<String, String> environment) {
    String variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    String endpoint = environment.getOrDefault(variable, "");
    String protocol = environment.getOrDefault("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    if (endpoint.isEmpty()) {
      return null;
    }
    if (!protocol.equals("http/protobuf")) {
      throw new IllegalArgumentException(
          "OTEL_EXPORTER_OTLP_PROTOCOL: " + protocol + " (expected: http/protobuf, or none)");
    }
    return uri(variable, endpoint);
  }

  private static Telemetry telemetry(String option, String value) {
    return Arrays.stream(Telemetry.values())
        .filter(telemetry -> telemetry.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    option + ": " + value + " (expected: micrometer, opentelemetry or agent)"));
  }

  private static URI uri(String option, String value) {
    if (!value.matches("https?://[^/?#\\s]+/?")) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: an address like " + DEFAULT_JAEGER + ")");
    }
    return URI.create(value);
  }

  private static int number(String option, String value, int most) {
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %s (expected: 1 to %,d)", option, value, most));
    }
    return number;
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": (expected: a value)");
    }
    return rest.next();
  }
}
