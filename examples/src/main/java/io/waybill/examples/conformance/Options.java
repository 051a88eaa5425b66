package io.waybill.examples.conformance;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the service was asked to be; see {@code examples/run conformance --help}.
 *
 * @param httpPort 0 for any
 * @param grpcPort 0 for any
 * @param callers the zone of whoever calls
 * @param identity the identity fields
 * @param own further destinations in zone OWN, each {@code host:port}
 * @param server what serves HTTP
 * @param client what calls by HTTP
 */
record Options(
    int httpPort,
    int grpcPort,
    TrustZone callers,
    List<BaggageField<String>> identity,
    List<String> own,
    ServerKind server,
    ClientKind client) {
  private static final String DEFAULT_FIELDS = "request.id,user.id,tenant.id,session.id";
  private static final int MOST_PORT = 0xFFFF;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is wrong, saying what was expected
   */
  static Options parse(List<String> arguments) {
    int httpPort = 0;
    int grpcPort = 0;
    TrustZone callers = TrustZone.OWN;
    String fields = DEFAULT_FIELDS;
    List<String> own = new ArrayList<>();
    ServerKind server = ServerKind.JETTY;
    ClientKind client = ClientKind.JDK;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--http-port" -> httpPort = port(option, rest);
        case "--grpc-port" -> grpcPort = port(option, rest);
        case "--trust" -> callers = choice(option, rest, List.of(TrustZone.OWN, TrustZone.PUBLIC));
        case "--fields" -> fields = value(option, rest);
        case "--own" -> own.add(hostAndPort(option, rest));
        case "--server" -> server = choice(option, rest, List.of(ServerKind.values()));
        case "--client" -> client = choice(option, rest, List.of(ClientKind.values()));
        default -> throw new IllegalArgumentException("unknown option: " + option);
      }
    }
    return new Options(
        httpPort, grpcPort, callers, identity(fields), List.copyOf(own), server, client);
  }

  private static List<BaggageField<String>> identity(String fields) {
    List<BaggageField<String>> identity = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String name : fields.split(",", -1)) {
      if (!names.add(name)) {
        throw new IllegalArgumentException("--fields: " + name + " twice (expected: once each)");
      }
      boolean requestId = name.equals(BaggageField.REQUEST_ID.name());
      identity.add(
          requestId ? BaggageField.REQUEST_ID : BaggageField.identity(name, FieldCodec.string()));
    }
    return List.copyOf(identity);
  }

  private static String hostAndPort(String option, Iterator<String> rest) {
    String value = value(option, rest);
    Destination destination = Destination.grpc(value, false);
    if (destination == null || !value.endsWith(":" + destination.port())) {
      throw new IllegalArgumentException(option + ": " + value + " (expected: host:port)");
    }
    return value;
  }

  private static int port(String option, Iterator<String> rest) {
    String value = value(option, rest);
    int port = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : -1;
    if (port < 0 || port > MOST_PORT) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: 0 to " + MOST_PORT + ")");
    }
    return port;
  }

  private static <K extends Enum<K>> K choice(
      String option, Iterator<String> rest, List<K> choices) {
    String value = value(option, rest);
    for (K choice : choices) {
      if (name(choice).equals(value)) {
        return choice;
      }
    }
    String expected = choices.stream().map(Options::name).collect(Collectors.joining(" or "));
    throw new IllegalArgumentException(option + ": " + value + " (expected: " + expected + ")");
  }

  /** Returns how it is written on the command line. */
  static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": (expected: a value)");
    }
    return rest.next();
  }
}
