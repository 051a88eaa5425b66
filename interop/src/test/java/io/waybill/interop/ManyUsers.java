package io.waybill.interop;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.waybill.interop.servers.ServersUnderAgent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Users that come at once, over connections that are used again and again. */
final class ManyUsers implements Callable<Void> {
  private final FiveServers servers;
  private final ManagedChannel channel;
  private final AtomicInteger next;
  private final int count;
  private final Set<String> mixedUp;

  private ManyUsers(
      FiveServers servers,
      ManagedChannel channel,
      AtomicInteger next,
      int count,
      Set<String> mixedUp) {
    this.servers = servers;
    this.channel = channel;
    this.next = next;
    this.count = count;
    this.mixedUp = mixedUp;
  }

  /**
   * Sends a request of each user, {@code m-0} and so on.
   *
   * @return what was answered of another, or of none
   */
  static Set<String> send(FiveServers servers, int count, int threads) throws Exception {
    Set<String> mixedUp = ConcurrentHashMap.newKeySet();
    AtomicInteger next = new AtomicInteger();
    ManagedChannel channel = servers.channel("grpc.own", InsecureChannelCredentials.create());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(new ManyUsers(servers, channel, next, count, mixedUp)));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
      channel.shutdownNow();
    }
    return mixedUp;
  }

  @Override
  public Void call() throws IOException {
    Map<String, RawHttp> connections = new HashMap<>();
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        String expected = "user.id=m-" + i;
        String seen = call(i, connections);
        if (!seen.equals(expected)) {
          mixedUp.add(expected + " saw " + seen);
        }
      }
    } finally {
      for (RawHttp connection : connections.values()) {
        connection.close();
      }
    }
    return null;
  }

  private String call(int i, Map<String, RawHttp> connections) throws IOException {
    int many = ServersUnderAgent.SERVERS.size();
    String server = ServersUnderAgent.SERVERS.get(i % many);
    String client = ServersUnderAgent.CLIENTS.get(i / many % ServersUnderAgent.CLIENTS.size());
    String user = "baggage: user.id=m-" + i;
    if (server.equals("grpc")) {
      return FiveServers.rpc(channel, client, user);
    }
    RawHttp connection = connections.get(server);
    if (connection == null) {
      connection = servers.connect(server + ".own");
      connections.put(server, connection);
    }
    return FiveServers.named(connection.call(RawHttp.get("/now?" + client, user)));
  }
}
