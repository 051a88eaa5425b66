package io.waybill.sdk;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Header lines by name, in lower case, that outlive the request object they were copied from. */
final class CopiedHeaders implements TextMapGetter<Map<String, List<String>>> {
  /** Reads copied lines. */
  static final TextMapGetter<Map<String, List<String>>> GETTER = new CopiedHeaders();

  // Of one header; and as many characters. More is over any limit.
  private static final int MOST_LINES = 1024;
  private static final int MOST_CHARS = 1 << 16;

  private final Map<String, List<String>> lines = new HashMap<>();

  /** Copies the lines of {@code names}; null stands for all. */
  @SuppressWarnings("deprecation") // nothing else tells the names, and a hook may ask for any
  <C> void copy(@Nullable Set<String> names, C carrier, TextMapGetter<C> getter) {
    for (String name : names == null ? getter.keys(carrier) : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!lines.containsKey(lower)) {
        List<String> all = all(carrier, getter, lower);
        if (!all.isEmpty()) {
          lines.put(lower, all);
        }
      }
    }
  }

  private static <C> List<String> all(C carrier, TextMapGetter<C> getter, String name) {
    Iterator<String> all = getter.getAll(carrier, name);
    if (!all.hasNext()) {
      return List.of();
    }
    List<String> copied = new ArrayList<>(1);
    int chars = 0;
    while (copied.size() < MOST_LINES && chars <= MOST_CHARS && all.hasNext()) {
      String line = all.next();
      copied.add(line);
      chars += line == null ? 0 : line.length();
    }
    return copied;
  }

  Map<String, List<String>> lines() {
    return lines;
  }

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(Map<String, List<String>> headers) {
    return headers.keySet();
  }

  @Override
  public @Nullable String get(@Nullable Map<String, List<String>> headers, String name) {
    Iterator<String> all = getAll(headers, name);
    return all.hasNext() ? all.next() : null;
  }

  @Override
  public Iterator<String> getAll(@Nullable Map<String, List<String>> headers, String name) {
    List<String> all = headers == null ? null : headers.get(name.toLowerCase(Locale.ROOT));
    return all == null ? Collections.emptyIterator() : all.iterator();
  }
}
