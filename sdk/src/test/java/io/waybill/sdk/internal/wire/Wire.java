package io.waybill.sdk.internal.wire;

import java.util.List;
import java.util.stream.IntStream;

/** Parsing within the default limits, and members as text to compare. */
final class Wire {
  static final int MEMBERS = 64;
  static final int BYTES = 8192;

  private Wire() {}

  static Members parse(String... lines) {
    return BaggageParser.parse(List.of(lines), MEMBERS, BYTES);
  }

  /** Returns each member as {@code name=decoded value;properties}. */
  static List<String> describe(Members members) {
    return IntStream.range(0, members.size()).mapToObj(i -> describe(members, i)).toList();
  }

  private static String describe(Members members, int i) {
    String properties = members.properties(i);
    return members.name(i)
        + "="
        + members.value(i)
        + (properties.isEmpty() ? "" : ";" + properties);
  }

  /** Returns a formatter for one line within the default limits. */
  static BaggageFormatter formatter() {
    return new BaggageFormatter(MEMBERS, BYTES);
  }
}
