package io.waybill.interop;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.waybill.interop.servers.Keys;
import io.waybill.interop.servers.Probe;
import io.waybill.interop.servers.ServersUnderAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** The program of five servers, running under an agent, and who calls them from outside. */
final class FiveServers implements AutoCloseable {
  /** By grpc-netty, and by the Netty that is shaded. */
  private static final Set<String> IS_RPC = Set.of("grpc", "shaded");

  private final Path folder;
  private final Keys keys;
  private final SpanCollector collector = new SpanCollector();
  private final Map<String, Integer> ports;
  private final Running running;

  private FiveServers(AgentJvm agent, boolean isExtended) throws Exception {
    ServersUnderAgent.beQuiet();
    folder = Files.createTempDirectory("keys");
    keys = Keys.makeIn(folder);
    List<Integer> given = new ArrayList<>();
    for (int i = 0; i < 2 + ServersUnderAgent.SERVERS.size(); i++) {
      given.add(Running.freePort());
    }
    AgentJvm jvm = isExtended ? agent.extended(policy(given)) : agent;
    jvm.option("-XX:TieredStopAtLevel=1")
        .environment("OTEL_TRACES_EXPORTER", "otlp")
        .environment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .environment("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.port())
        .environment("OTEL_BSP_SCHEDULE_DELAY", "100")
        .environment("OTEL_BSP_MAX_QUEUE_SIZE", "200000")
        .environment("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5000");
    String[] arguments =
        Stream.concat(Stream.of(folder.toString()), given.stream().map(Object::toString))
            .toArray(String[]::new);
    running = jvm.start(List.of("ports: "), ServersUnderAgent.class, arguments);
    ports = ports(running.await("ports: "));
  }

  static FiveServers extended(AgentJvm agent) throws Exception {
    return new FiveServers(agent, true);
  }

  static FiveServers withoutExtension(AgentJvm agent) throws Exception {
    return new FiveServers(agent, false);
  }

  private static Map<String, String> policy(List<Integer> ports) {
    String listeners =
        ports.stream()
            .skip(2)
            .map(port -> "listener:" + port + "=own")
            .collect(Collectors.joining(","));
    return Map.of(
        "waybill.identities",
        "user.id",
        "waybill.destinations",
        "http://127.0.0.1:" + ports.get(0) + "=own,grpc://127.0.0.1:" + ports.get(1) + "=own",
        "waybill.peers",
        listeners + ",dns:orders.internal=own");
  }

  private static Map<String, Integer> ports(String line) {
    Map<String, Integer> ports = new HashMap<>();
    for (String one : line.split(",")) {
      int equals = one.indexOf('=');
      ports.put(one.substring(0, equals), Integer.parseInt(one.substring(equals + 1)));
    }
    return ports;
  }

  SpanCollector collector() {
    return collector;
  }

  /** Returns the port of a listener, such as {@code jetty.own}. */
  int port(String listener) {
    return ports.get(listener);
  }

  RawHttp connect(String listener) throws IOException {
    return RawHttp.to(port(listener));
  }

  /**
   * Sends one request, and returns what the service's own next call took along.
   *
   * @param server one of those that {@link ServersUnderAgent} names
   * @param listener public or own
   */
  String call(String server, String listener, String path, String... headers) throws Exception {
    if (IS_RPC.contains(server)) {
      return rpc(server + "." + listener, InsecureChannelCredentials.create(), headers);
    }
    try (RawHttp http = connect(server + "." + listener)) {
      return named(http.call(RawHttp.get(path, headers)));
    }
  }

  /**
   * As {@link #call}, over TLS.
   *
   * @param who whose certificate is shown; nobody's, if empty
   */
  String callTls(String server, String who, String path, String... headers) throws Exception {
    if (IS_RPC.contains(server)) {
      TlsChannelCredentials.Builder tls =
          TlsChannelCredentials.newBuilder().trustManager(keys.taken(Keys.SERVER));
      if (!who.isEmpty()) {
        tls.keyManager(keys.shown(who));
      }
      return rpc(server + ".tls", tls.build(), headers);
    }
    SSLContext tls = keys.client(who);
    try (RawHttp http = RawHttp.to(port(server + ".tls"), tls)) {
      return named(http.call(RawHttp.get(path, headers)));
    }
  }

  private String rpc(String listener, ChannelCredentials credentials, String... headers) {
    ManagedChannel channel = channel(listener, credentials);
    try {
      return rpc(channel, "jdk", headers);
    } finally {
      channel.shutdownNow();
    }
  }

  ManagedChannel channel(String listener, ChannelCredentials credentials) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port(listener), credentials).build();
  }

  static String rpc(ManagedChannel channel, String client, String... headers) {
    Metadata metadata = new Metadata();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (!header.startsWith("Host")) {
        metadata.put(
            Metadata.Key.of(header.substring(0, colon), Metadata.ASCII_STRING_MARSHALLER),
            header.substring(colon + 1).trim());
      }
    }
    var attaching = MetadataUtils.newAttachHeadersInterceptor(metadata);
    return named(
        ClientCalls.blockingUnaryCall(
            ClientInterceptors.intercept(channel, attaching),
            Probe.METHOD,
            CallOptions.DEFAULT,
            client));
  }

  /** Leaves out the id that a request got here; one that a peer sent stays. */
  static String named(String baggage) {
    String named = baggage.replaceAll("request\\.id=[0-9a-f]{32},?", "");
    return named.isEmpty() ? "none" : named;
  }

  /** Returns what the program has printed. */
  String text() {
    return running.text();
  }

  @Override
  public void close() throws Exception {
    running.close();
    collector.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
