package io.waybill.benchmarks;

import io.waybill.sdk.policy.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a stranger sends to cost a server as much as it can, in any size.
 *
 * @param header the name of the header
 * @param what how the table names it
 * @param ofSize makes the lines of as many bytes, with a comma or what else ends each
 * @param limits what the server allows
 */
record InboundHeader(String header, String what, IntFunction<List<String>> ofSize, Limits limits) {
  /** A {@code traceparent}, where that is not what is measured. */
  static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final String ELEMENT = "URI=spiffe://s/a";

  /** Names that share one {@link String#hashCode}, as many as can be read. */
  static final InboundHeader ALIKE =
      new InboundHeader(
          "baggage",
          "names of one hash, widest limits",
          InboundHeader::alike,
          Limits.DEFAULT.withMembers(8192).withInboundBytes(65_535));

  static final List<InboundHeader> ALL =
      List.of(
          of("baggage", "distinct members", InboundHeader::members),
          of("baggage", "commas", size -> List.of(",".repeat(size))),
          of("baggage", "empty lines", size -> Collections.nCopies(size, "")),
          of("baggage", "lines of a=1", size -> Collections.nCopies(size / 4, "a=1")),
          ALIKE,
          of("tracestate", "lines of a=1", size -> Collections.nCopies(size / 4, "a=1")),
          of("tracestate", "commas", size -> List.of(",".repeat(size))),
          of("traceparent", "lines", size -> Collections.nCopies(size / 56, TRACEPARENT)),
          of("traceparent", "one line", size -> List.of(TRACEPARENT + "-".repeat(size - 55))),
          of("x-user-id", "lines of u-1", size -> Collections.nCopies(size / 4, "u-1")),
          of("x-user-id", "one line", size -> List.of("u".repeat(size))),
          of("x-langs", "lines of a list", size -> Collections.nCopies(size / 3, "en")),
          of("x-langs", "one line of a list", size -> List.of("en,".repeat(size / 3))),
          of("x-forwarded-client-cert", "elements", size -> List.of(elements(size))),
          of(
              "x-forwarded-client-cert",
              "lines",
              size -> Collections.nCopies(size / (ELEMENT.length() + 1), ELEMENT)));

  private static String elements(int size) {
    return String.join(",", Collections.nCopies(size / (ELEMENT.length() + 1), ELEMENT));
  }

  private static InboundHeader of(String header, String what, IntFunction<List<String>> ofSize) {
    return new InboundHeader(header, what, ofSize, Limits.DEFAULT);
  }

  String label() {
    return header + ": " + what;
  }

  List<String> lines(int size) {
    return ofSize.apply(size);
  }

  private static List<String> members(int size) {
    return List.of(
        IntStream.range(0, size / 8)
            .mapToObj(i -> String.format("k%05x=", i))
            .collect(Collectors.joining(",")));
  }

  /** Names whose {@link String#hashCode} is one: Aa and BB have the same, and so has what ends. */
  private static List<String> alike(int size) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < size / 26; i++) {
      String bits = Integer.toBinaryString(i % 4096 + 4096);
      names.add(bits.substring(1).replace("0", "Aa").replace("1", "BB") + "=");
    }
    return List.of(String.join(",", names));
  }
}
