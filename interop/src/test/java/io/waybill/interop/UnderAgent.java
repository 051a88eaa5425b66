package io.waybill.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** What Waybill does in a process under the Java agent, as lines of {@code name: what was seen}. */
final class UnderAgent {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  // The baggage of the requests to a port.
  private static final Map<Integer, List<String>> SEEN = new ConcurrentHashMap<>();

  private UnderAgent() {}

  public static void main(String[] arguments) throws Exception {
    Waybill waybill = waybill().peers(peer -> TrustZone.OWN).build();
    say("mirrored", mirrored(waybill));
    say("strict", strict());
    say("own", String.valueOf(sentTo("own")));
    say("token", String.valueOf(sentTo("token")));
    say("attributes", received(waybill().build(), "plan=gold%,vip=true%"));
    say("believed", received(waybill, "plan=gold"));
    leave(waybill);
    System.out.println("done");
  }

  private static void say(String name, String seen) {
    System.out.println(name + ": " + seen);
  }

  private static WaybillBuilder waybill() {
    return Waybill.builder(GlobalOpenTelemetry.get())
        .carry(USER)
        .carry(PLAN)
        .leakDetection(LeakDetection.STRICT);
  }

  private static String mirrored(Waybill waybill) {
    return waybill
        .request()
        .with(USER, "u-1")
        .with(PLAN, "gold")
        .call(() -> new TreeSet<>(Baggage.current().asMap().keySet()).toString());
  }

  private static String strict() {
    try {
      waybill().strict().build();
      return "accepted";
    } catch (IllegalStateException refused) {
      return "refused";
    }
  }

  /** Makes a released call, in which a token is fetched by a client that only the agent knows. */
  private static List<String> sentTo(String whom) throws Exception {
    HttpServer tokens = server();
    HttpServer own = server();
    try {
      URI origin = uri(own);
      Waybill waybill = waybill().destination(origin.toString(), TrustZone.OWN).build();
      HttpClient unwrapped = HttpClient.newHttpClient();
      HttpClient proxied =
          HttpClient.newBuilder().proxy(new Fetching(unwrapped, uri(tokens))).build();
      HttpClient wrapped = WaybillHttpClient.wrap(proxied, waybill);
      waybill
          .request()
          .with(USER, "u-1")
          .with(PLAN, "gold")
          .call(
              () ->
                  wrapped.send(
                      HttpRequest.newBuilder(origin.resolve("/")).build(),
                      BodyHandlers.discarding()));
      return List.copyOf(seen(whom.equals("own") ? own : tokens));
    } finally {
      tokens.stop(0);
      own.stop(0);
    }
  }

  private static final class Fetching extends ProxySelector {
    private final HttpClient client;
    private final URI tokens;

    Fetching(HttpClient client, URI tokens) {
      this.client = client;
      this.tokens = tokens;
    }

    @Override
    public List<Proxy> select(URI uri) {
      try {
        var unused = client.send(HttpRequest.newBuilder(tokens).build(), BodyHandlers.discarding());
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", UnderAgent::keep);
    server.start();
    return server;
  }

  private static void keep(HttpExchange exchange) throws IOException {
    List<String> baggage = exchange.getRequestHeaders().getOrDefault("Baggage", List.of("none"));
    int port = exchange.getLocalAddress().getPort();
    SEEN.computeIfAbsent(port, any -> new CopyOnWriteArrayList<>()).addAll(baggage);
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static List<String> seen(HttpServer server) {
    return SEEN.getOrDefault(server.getAddress().getPort(), List.of());
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Sends one request with this line of baggage to a servlet, and tells what that sees. */
  private static String received(Waybill waybill, String baggage) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    FilterHolder filter = new FilterHolder(WaybillFilter.of(waybill));
    context.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class));
    context.addServlet(new ServletHolder(new Telling()), "/*");
    server.setHandler(context);
    server.start();
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/"))
              .header("baggage", baggage)
              .build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    } finally {
      server.stop();
    }
  }

  private static final class Telling extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Baggage baggage = Baggage.current();
      response
          .getWriter()
          .print(
              "plan=" + RequestScope.current().get(PLAN) + " vip=" + baggage.getEntryValue("vip"));
    }
  }

  /** Under the agent each read of the Context is another object. */
  private static void leave(Waybill waybill) throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    Runnable nothing = () -> {};
    Runnable leaving = () -> open(waybill.request().with(USER, "u-left").call(Context::current));
    for (Runnable task : List.of(nothing, leaving)) {
      RequestScope scope = waybill.request().with(USER, "u-1").call(RequestScope::current);
      one.submit(() -> scope.run(task)).get();
    }
    boolean held = one.submit(() -> RequestScope.currentOrNull() != null).get();
    one.shutdown();
    say("left", (held ? "a request" : "nothing") + ", found " + leaks(waybill));
  }

  @SuppressWarnings("MustBeClosedChecker") // as a library that forgets it
  private static void open(Context context) {
    context.makeCurrent();
  }

  private static int leaks(Waybill waybill) {
    try {
      waybill.requireNoLeaks();
      return 0;
    } catch (IllegalStateException found) {
      return found.getSuppressed().length;
    }
  }
}
