package io.waybill.examples.conformance;

import java.util.List;
import java.util.stream.Stream;

/** What the conformance service can serve and call with, as its command line names it. */
public final class KindNames {
  private KindNames() {}

  /** Returns what {@code --server} takes. */
  public static List<String> servers() {
    return Stream.of(ServerKind.values()).map(Options::name).toList();
  }

  /** Returns what {@code --client} takes. */
  public static List<String> clients() {
    return Stream.of(ClientKind.values()).map(Options::name).toList();
  }
}
