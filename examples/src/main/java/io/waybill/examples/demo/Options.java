package io.waybill.examples.demo;

import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * What the demo was asked to do; see {@code examples/run demo --help}.
 *
 * @param requests how many to send
 * @param concurrency how many at a time
 * @param serve whether to stay up afterwards
 * @param explain whether to print what became of each field at each border
 * @param jaeger where a Jaeger shows the traces, if they are exported to one
 */
record Options(
    int requests, int concurrency, Threads threads, boolean serve, boolean explain, URI jaeger) {
  private static final int DEFAULT_REQUESTS = 6;
  private static final int DEFAULT_CONCURRENCY = 64;
  private static final URI DEFAULT_JAEGER = URI.create("http://127.0.0.1:16686");
  private static final int MOST_REQUESTS = 10_000;
  private static final int MOST_CONCURRENCY = 1_000;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is wrong, saying what was expected
   */
  static Options parse(List<String> arguments) {
    int requests = DEFAULT_REQUESTS;
    int concurrency = DEFAULT_CONCURRENCY;
    Threads threads = Threads.PLATFORM;
    boolean serve = false;
    boolean explain = false;
    URI jaeger = DEFAULT_JAEGER;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--requests" -> requests = number(option, rest, MOST_REQUESTS);
        case "--concurrency" -> concurrency = number(option, rest, MOST_CONCURRENCY);
        case "--threads" -> threads = threads(value(option, rest));
        case "--serve" -> serve = true;
        case "--explain" -> explain = true;
        case "--jaeger" -> jaeger = uri(option, value(option, rest));
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }
    return new Options(requests, Math.min(requests, concurrency), threads, serve, explain, jaeger);
  }

  private static URI uri(String option, String value) {
    if (!value.matches("https?://[^/?#\\s]+/?")) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: an address like " + DEFAULT_JAEGER + ")");
    }
    return URI.create(value);
  }

  private static Threads threads(String value) {
    Threads threads =
        switch (value) {
          case "platform" -> Threads.PLATFORM;
          case "virtual" -> Threads.VIRTUAL;
          default ->
              throw new IllegalArgumentException(
                  "--threads: " + value + " (expected: platform or virtual)");
        };
    if (!threads.isSupported()) {
      throw new IllegalArgumentException(
          "--threads: virtual, on JDK "
              + Runtime.version().feature()
              + " (expected: JDK 21 or newer, or platform)");
    }
    return threads;
  }

  private static int number(String option, Iterator<String> rest, int most) {
    String value = value(option, rest);
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
