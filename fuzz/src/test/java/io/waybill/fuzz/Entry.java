package io.waybill.fuzz;

import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A member, decoded; written {@code name}, TAB, {@code value}, TAB, {@code properties}. */
record Entry(String name, String value, String properties) {

  /** Returns the entries of {@code data}, one a line, each with what of its properties is valid. */
  static List<Entry> of(byte[] data) {
    List<Entry> entries = new ArrayList<>();
    for (String line : Text.lines(data)) {
      String[] parts = line.split("\t", 3);
      String value = parts.length > 1 ? parts[1] : "";
      String properties = parts.length > 2 ? BaggageParser.properties(parts[2]) : "";
      entries.add(new Entry(parts[0], value, properties));
    }
    return entries;
  }

  static List<Entry> of(Members members) {
    return IntStream.range(0, members.size())
        .mapToObj(i -> new Entry(members.name(i), members.value(i), members.properties(i)))
        .toList();
  }

  /** Returns this entry as it arrives: a lone surrogate is none any more. */
  Entry asReceived() {
    return new Entry(name, Text.wellFormed(value), properties);
  }
}
