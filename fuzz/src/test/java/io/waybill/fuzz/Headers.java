package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request. What comes in may be anything; what is set must be able to stand in any
 * protocol: gRPC takes printable ASCII and nothing else, HTTP/2 no space at an end (RFC 9113
 * §8.2.1).
 */
final class Headers {
  static final TextMapGetter<Headers> GETTER = new Getter();
  static final TextMapSetter<Headers> SETTER = (headers, name, value) -> headers.set(name, value);

  private final Map<String, List<String>> lines = new TreeMap<>();

  /**
   * Returns {@code name: value} lines as headers; a line that names none of {@code names} is of the
   * first.
   */
  static Headers of(List<String> lines, String... names) {
    Headers headers = new Headers();
    for (String line : lines) {
      String named = names[0];
      String value = line;
      for (String name : names) {
        if (line.startsWith(name + ": ")) {
          named = name;
          value = line.substring(name.length() + 2);
        }
      }
      headers.lines.computeIfAbsent(named, key -> new ArrayList<>()).add(value);
    }
    return headers;
  }

  /** Returns headers with one line, as it is. */
  static Headers one(String name, String value) {
    Headers headers = new Headers();
    headers.lines.put(name, List.of(value));
    return headers;
  }

  /** Adds {@code lines} of {@code name}, as they are. */
  Headers with(String name, List<String> more) {
    lines.put(name, more);
    return this;
  }

  /** Returns all lines of {@code name}, in order. */
  List<String> all(String name) {
    return lines.getOrDefault(name, List.of());
  }

  /** Returns the first line of {@code name}, or null. */
  @Nullable String first(String name) {
    return all(name).isEmpty() ? null : all(name).get(0);
  }

  /** Takes {@code name} out and returns its lines. */
  List<String> remove(String name) {
    List<String> removed = all(name);
    lines.remove(name);
    return removed;
  }

  private void set(@Nullable String name, @Nullable String value) {
    assertThat(value).as(name).isNotNull().matches("[!-~]([ -~]*[!-~])?");
    assertThat(lines.put(name, List.of(value))).as("%s was set before", name).isNull();
  }

  private static final class Getter implements TextMapGetter<Headers> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Headers headers) {
      return headers.lines.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
      return headers == null ? null : headers.first(name);
    }

    @Override
    public Iterator<String> getAll(@Nullable Headers headers, String name) {
      return headers == null ? Collections.emptyIterator() : headers.all(name).iterator();
    }
  }
}
