package io.waybill.grpc;

import io.grpc.Metadata;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes text in {@link Metadata}. Binary entries, and names that gRPC does not allow,
 * are neither read nor written.
 */
enum MetadataCarrier implements TextMapGetter<Metadata>, TextMapSetter<Metadata> {
  INSTANCE;

  private static final Metadata.Key<String> BAGGAGE = asciiKey("baggage");
  private static final Metadata.Key<String> TRACEPARENT = asciiKey("traceparent");
  private static final Metadata.Key<String> TRACESTATE = asciiKey("tracestate");

  // The length of "00-", a trace id, and "-".
  private static final int VERSION_AND_TRACE = 36;

  // Two tracings that each write one are common; a peer can write any number.
  private static final int MOST_PARENTS = 8;

  // A key checks and copies its name. Propagators have few names, but a hook can ask for any.
  private static final int MOST_KEYS = 64;
  private static final Map<String, Metadata.Key<String>> KEYS = new ConcurrentHashMap<>();

  /** Takes all {@code baggage} lines out of {@code metadata} and returns them, in order. */
  static List<String> removeBaggage(Metadata metadata) {
    Iterable<String> lines = metadata.removeAll(BAGGAGE);
    if (lines == null) {
      return List.of();
    }
    List<String> removed = new ArrayList<>();
    lines.forEach(removed::add);
    return removed;
  }

  /** Takes out all lines of {@code name}; returns whether there were any. */
  static boolean remove(Metadata metadata, String name) {
    Metadata.Key<String> key = key(name);
    boolean isThere = key != null && metadata.containsKey(key);
    if (isThere) {
      metadata.discardAll(key);
    }
    return isThere;
  }

  /** Returns whether there is a line of {@code name}. */
  static boolean has(Metadata metadata, String name) {
    Metadata.Key<String> key = key(name);
    return key != null && metadata.containsKey(key);
  }

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(Metadata carrier) {
    return carrier.keys();
  }

  /** Returns the first value of {@code name}, where {@link Metadata#get} returns the last. */
  @Override
  public @Nullable String get(@Nullable Metadata carrier, String name) {
    Iterator<String> values = getAll(carrier, name);
    return values.hasNext() ? values.next() : null;
  }

  @Override
  public Iterator<String> getAll(@Nullable Metadata carrier, String name) {
    Metadata.Key<String> key = key(name);
    Iterable<String> values = carrier == null || key == null ? null : carrier.getAll(key);
    if (values == null) {
      return Collections.emptyIterator();
    }
    return TRACEPARENT.equals(key) ? parent(values) : values.iterator();
  }

  /**
   * Of several lines of one trace, the last is what gRPC's own tracing has put behind another; it
   * starts a span of its own for that, so the same line twice is no such thing.
   */
  private static Iterator<String> parent(Iterable<String> lines) {
    Iterator<String> each = lines.iterator();
    String last = each.next();
    for (int more = 1; each.hasNext(); more++) {
      String next = each.next();
      if (more == MOST_PARENTS
          || next.equals(last)
          || !next.regionMatches(0, last, 0, VERSION_AND_TRACE)) {
        return lines.iterator();
      }
      last = next;
    }
    return Collections.singleton(last).iterator();
  }

  /** Replaces {@code name}: {@link Metadata#put} alone would add a second line. */
  @Override
  public void set(@Nullable Metadata carrier, String name, String value) {
    Metadata.Key<String> key = key(name);
    if (carrier != null && key != null && isPrintable(value)) {
      carrier.discardAll(key);
      carrier.put(key, value);
    }
  }

  /** Of anything else, gRPC would make question marks, or a log line that shows it. */
  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      // Not by charAt, whose loops are slow where a string was read that is not Latin-1.
      int c = value.codePointAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static Metadata.@Nullable Key<String> key(String name) {
    return switch (name) {
      case "baggage" -> BAGGAGE;
      case "traceparent" -> TRACEPARENT;
      case "tracestate" -> TRACESTATE;
      default -> otherKey(name);
    };
  }

  private static Metadata.@Nullable Key<String> otherKey(String name) {
    Metadata.Key<String> known = KEYS.get(name);
    if (known != null) {
      return known;
    }
    try {
      Metadata.Key<String> key = asciiKey(name);
      if (KEYS.size() < MOST_KEYS) {
        KEYS.put(name, key);
      }
      return key;
    } catch (IllegalArgumentException noNameOfText) {
      return null;
    }
  }

  private static Metadata.Key<String> asciiKey(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
