package io.waybill.examples.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a service serves with, and what it calls with. */
record Kinds(ServerKind server, ClientKind client) {
  /** Each server with the client that is there without asking, and each client likewise. */
  static Stream<Kinds> each() {
    Stream<Kinds> servers = Stream.of(ServerKind.values()).map(kind -> of(kind, ClientKind.JDK));
    Stream<Kinds> clients = Stream.of(ClientKind.values()).map(kind -> of(ServerKind.JETTY, kind));
    return Stream.concat(servers, clients).distinct();
  }

  private static Kinds of(ServerKind server, ClientKind client) {
    return new Kinds(server, client);
  }

  /** Starts a service of these kinds, with more options. */
  TestService start(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--server", Options.name(server)));
    all.addAll(List.of("--client", Options.name(client)));
    all.addAll(List.of(options));
    return TestService.start(all.toArray(String[]::new));
  }

  @Override
  public String toString() {
    return Options.name(server) + ", " + Options.name(client);
  }
}
