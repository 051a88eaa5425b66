package io.waybill.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program without any code of Waybill's: a request comes in, and calls go out by each client, to
 * its own hosts, to third parties, and from one to the other. It prints what each of them got.
 */
final class ClientsUnderAgent {
  private static final String CALL = "/call";
  private static final int USERS = 24;
  private static final List<String> FEW =
      List.of("GET own", "GET third", "GET own>302>third", "GET third>302>own");

  private final HttpCallers http = new HttpCallers();
  private final Map<String, HttpCallers.Caller> callers = new LinkedHashMap<>(http.all());
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final int edge;
  private final Recorder own;
  private final Recorder partner;
  private final Recorder third;
  private final String grpcOwn;
  private final String grpcThird;

  /** What is done for one request. */
  interface Task {
    void run() throws Exception;
  }

  private ClientsUnderAgent(List<Integer> ports) throws IOException {
    edge = ports.get(0);
    own = new Recorder("own", "127.0.0.1", ports.get(1));
    partner = new Recorder("partner", "localhost", ports.get(2));
    third = new Recorder("third", "localhost", ports.get(3));
    grpcOwn = "127.0.0.1:" + ports.get(4);
    grpcThird = "localhost:" + ports.get(5);
    GrpcCaller.serve("own", ports.get(4));
    GrpcCaller.serve("third", ports.get(5));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), edge), 256);
    server.setExecutor(threads());
    server.createContext(CALL, this::serve);
    server.start();
  }

  public static void main(String[] arguments) throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      ports.add(Integer.parseInt(arguments[i]));
    }
    ClientsUnderAgent program = new ClientsUnderAgent(ports);
    program.run(arguments[0], ports.subList(6, ports.size()));
    System.out.println("done");
    System.exit(0);
  }

  /**
   * Makes the calls.
   *
   * @param what {@code all}; {@code few} of them; or {@code two} clients only
   */
  private void run(String what, List<Integer> more) throws Exception {
    if (what.equals("two")) {
      callers.keySet().retainAll(List.of("Apache", "HttpURLConnection"));
    }
    matrix(what.equals("all"));
    if (what.equals("all")) {
      nested();
      corners(more);
    }
    crowd();
  }

  /** Virtual threads where the JDK has them. */
  private static ExecutorService threads() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException olderJdk) {
      return Executors.newCachedThreadPool();
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    String answer = "done";
    try {
      tasks.remove(exchange.getRequestURI().getQuery()).run();
    } catch (Throwable failed) {
      answer = "failed: " + failed;
    }
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Has {@code task} done for a request of {@code user}, by a peer that the policy believes. */
  private void requestOf(String user, String id, Task task) throws IOException {
    tasks.put(id, task);
    try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), edge)) {
      String request =
          ("GET " + CALL + "?" + id + " HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n")
              + ("baggage: user.id=" + user + ",plan=gold\r\n\r\n");
      peer.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.endsWith("done")) {
        System.out.println("problem " + id + ": " + answer.substring(answer.indexOf("\r\n\r\n")));
      }
    }
  }

  private Map<String, String> cases(String id) {
    Map<String, String> cases = new LinkedHashMap<>();
    cases.put("GET own", own.url(id));
    cases.put("GET third", third.url(id));
    cases.put("GET partner", partner.url(id));
    cases.put("GET own>302>third", own.url(id, 302, third.url(id)));
    cases.put("GET third>302>own", third.url(id, 302, own.url(id)));
    cases.put("GET own>302>own>302>third", own.url(id, 302, own.url(id, 302, third.url(id))));
    cases.put("GET own>307>partner>302>own", own.url(id, 307, partner.url(id, 302, own.url(id))));
    cases.put("POST own>302>third", own.url(id, 302, third.url(id)));
    cases.put("POST own>307>third", own.url(id, 307, third.url(id)));
    cases.put("POST third>307>own", third.url(id, 307, own.url(id)));
    return cases;
  }

  private void matrix(boolean all) throws Exception {
    List<String> cases = all ? List.copyOf(cases("").keySet()) : FEW;
    for (Map.Entry<String, HttpCallers.Caller> caller : callers.entrySet()) {
      for (String name : cases) {
        String id = (caller.getKey() + name).replaceAll("[^A-Za-z0-9]", "");
        String method = name.substring(0, name.indexOf(' '));
        requestOf("u-1", id, () -> caller.getValue().call(method, cases(id).get(name)));
        row(caller.getKey(), name, id);
      }
    }
    ManagedChannel toOwn = GrpcCaller.channel(grpcOwn);
    ManagedChannel toThird = GrpcCaller.channel(grpcThird);
    requestOf("u-1", "grpcown", () -> GrpcCaller.call(toOwn, CallOptions.DEFAULT, "grpcown"));
    row("gRPC", "own", "grpcown");
    requestOf("u-1", "grpcthird", () -> GrpcCaller.call(toThird, CallOptions.DEFAULT, "grpcthird"));
    row("gRPC", "third", "grpcthird");
  }

  /** Each kind of call inside of each other, outwards from our own to a third party. */
  private void nested() throws Exception {
    NestedCallers nests = new NestedCallers();
    Map<String, HttpCallers.Caller> inners = new LinkedHashMap<>(nests.byHand());
    for (String client : List.of("OkHttp", "Apache", "JDK", "HttpURLConnection")) {
      inners.put(client, callers.get(client));
    }
    ManagedChannel toThird = GrpcCaller.channel(grpcThird);
    inners.put(
        "gRPC",
        (method, url) ->
            GrpcCaller.call(toThird, CallOptions.DEFAULT, url.substring(url.lastIndexOf('/') + 1)));
    for (Map.Entry<String, HttpCallers.Caller> inner : inners.entrySet()) {
      nested(nests.http(), own.url(""), inner);
      nested(nests.grpc(), grpcOwn + "/", inner);
    }
  }

  private void nested(
      Map<String, NestedCallers.Nest> nests,
      String outer,
      Map.Entry<String, HttpCallers.Caller> inner)
      throws Exception {
    for (Map.Entry<String, NestedCallers.Nest> nest : nests.entrySet()) {
      String id = (inner.getKey() + nest.getKey()).replaceAll("[^A-Za-z0-9]", "");
      requestOf(
          "u-1",
          id,
          () ->
              nest.getValue()
                  .call(outer + id, () -> inner.getValue().call("GET", third.url(id + "in"))));
      String name = inner.getKey() + " in " + nest.getKey();
      System.out.println(
          "nested " + name + " | " + Recorder.seen(id) + " | " + Recorder.seen(id + "in"));
    }
  }

  private static void row(String client, String name, String id) {
    System.out.println("row " + client + " | " + name + " | " + Recorder.seen(id));
  }

  private void corners(List<Integer> ports) throws Exception {
    Map<String, Corners.Corner> corners = new LinkedHashMap<>(new Corners(own, third, ports).all());
    ManagedChannel byName = GrpcCaller.channel("dns:///" + grpcOwn);
    corners.put("gRPC, by dns:/// | own", id -> GrpcCaller.call(byName, CallOptions.DEFAULT, id));
    corners.put(
        "gRPC, streaming | own", id -> GrpcCaller.stream(byName, id).forEachRemaining(a -> {}));
    ManagedChannel posing =
        ManagedChannelBuilder.forTarget(grpcOwn)
            .usePlaintext()
            .overrideAuthority(grpcThird)
            .build();
    corners.put(
        "gRPC, by the authority of third | own",
        id -> GrpcCaller.call(posing, CallOptions.DEFAULT, id));
    for (Map.Entry<String, Corners.Corner> corner : corners.entrySet()) {
      String id = "corner" + corner.getKey().replaceAll("[^A-Za-z0-9]", "");
      requestOf("u-1", id, () -> corner.getValue().call(id));
      System.out.println("corner " + corner.getKey() + " | " + Recorder.seen(id));
    }
  }

  /** Many users at once, each by all clients. */
  private void crowd() throws Exception {
    HttpCallers.Caller published =
        http.published(own.url("", 302, third.url("", 302, own.url(""))));
    callers.put(
        "Reactor Netty, one publisher",
        (method, url) ->
            published.call(method, url.substring(url.indexOf("u-"), url.indexOf('?'))));
    ExecutorService peers = Executors.newFixedThreadPool(USERS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String user = "u-" + (100 + i);
      Callable<Object> calls =
          () -> {
            for (Map.Entry<String, HttpCallers.Caller> caller : callers.entrySet()) {
              String id = user + caller.getKey().replaceAll("[^A-Za-z0-9]", "");
              String url = own.url(id, 302, third.url(id, 302, own.url(id)));
              requestOf(user, id, () -> caller.getValue().call("GET", url));
            }
            return null;
          };
      running.add(peers.submit(calls));
    }
    for (Future<?> one : running) {
      one.get();
    }
    peers.shutdown();
    for (String client : callers.keySet()) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        String user = "u-" + (100 + i);
        all.add(user + " " + Recorder.seen(user + client.replaceAll("[^A-Za-z0-9]", "")));
      }
      System.out.println(
          "crowd " + client + " | " + right(all) + " right, " + mixed(all) + " mixed up");
    }
  }

  private static long right(List<String> all) {
    return all.stream()
        .filter(
            seen -> {
              String user = seen.substring(0, seen.indexOf(' '));
              String own = "own[id plan=gold user.id=" + user + " x-user: " + user + "]";
              return seen.equals(user + " " + own + " third[] " + own);
            })
        .count();
  }

  /** Counts calls of one user in which another is named. */
  private static long mixed(List<String> all) {
    return all.stream()
        .filter(
            seen -> {
              String user = seen.substring(0, seen.indexOf(' '));
              return seen.replace(user, "").contains("u-");
            })
        .count();
  }
}
