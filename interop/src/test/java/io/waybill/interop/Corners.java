package io.waybill.interop;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What a client does now and then, by name: other protocols, upgrades, headers of its own. */
final class Corners {
  /** Calls that are known by an id. */
  interface Corner {
    void call(String id) throws Exception;
  }

  private final Recorder own;
  private final Recorder third;
  private final List<Integer> ports;
  private final HttpClient jdk =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
  private final Map<String, Corner> all = new LinkedHashMap<>();

  /**
   * Starts what else is called.
   *
   * @param ports own and third over HTTP/2, gRPC over TLS that is declared and that is not, and
   *     gRPC at {@code [::1]}
   */
  Corners(Recorder own, Recorder third, List<Integer> ports) throws Exception {
    this.own = own;
    this.third = third;
    this.ports = ports;
    http2("own", ports.get(0));
    http2("third", ports.get(1));
    SslContext certificate = certificate();
    GrpcCaller.serve("own", server("127.0.0.1", ports.get(2)).sslContext(certificate));
    GrpcCaller.serve("own", server("127.0.0.1", ports.get(3)).sslContext(certificate));
    http();
    grpc();
  }

  Map<String, Corner> all() {
    return all;
  }

  private void http() {
    all.put("JDK over HTTP/2 | own own", id -> overHttp2(http2Url(0, id), http2Url(0, id)));
    all.put("JDK over HTTP/2 | third", id -> overHttp2(http2Url(1, id)));
    all.put(
        "JDK over HTTP/2 | own>302>third",
        id -> overHttp2(http2Url(0, id) + "?to=" + http2Url(1, id)));
    all.put(
        "JDK over HTTP/2 | third>302>own",
        id -> overHttp2(http2Url(1, id) + "?to=" + http2Url(0, id)));
    all.put("JDK, WebSocket | own", id -> webSocket(own.url(id)));
    all.put("JDK, WebSocket | third", id -> webSocket(third.url(id)));
    all.put("OkHttp, own header | third>302>own", id -> okHttp(third.url(id, 302, own.url(id))));
    all.put("Apache, own header | third>302>own", id -> apache(third.url(id, 302, own.url(id))));
    all.put("JDK, own header | third>302>own", id -> jdk(third.url(id, 302, own.url(id))));
    all.put(
        "HttpURLConnection, own header | third>302>own",
        id -> urlConnection(third.url(id, 302, own.url(id))));
    all.put(
        "Reactor Netty, own header | third>302>own", id -> netty(third.url(id, 302, own.url(id))));
    all.put(
        "Reactor Netty, headers copied | own>302>third",
        id -> nettyCopying(own.url(id, 302, third.url(id))));
    all.put("Apache, one request to two | own third", this::apacheTwice);
    all.put("HttpURLConnection, sent to a proxy | own>305>third", this::urlConnectionToProxy);
    all.put(
        "Reactor Netty over HTTP/2 | own>302>third",
        id -> nettyOverHttp2(http2Url(0, id) + "?to=" + http2Url(1, id)));
  }

  private void grpc() throws IOException {
    all.put("gRPC over TLS, declared | own", id -> overTls("localhost:" + ports.get(2), id));
    all.put("gRPC over TLS, not declared | own", id -> overTls("localhost:" + ports.get(3), id));
    try {
      GrpcCaller.serve("own", server("::1", ports.get(4)));
      all.put("gRPC over IPv6 | own", id -> plain("[::1]:" + ports.get(4), id));
    } catch (IOException noSuchAddress) {
      System.out.println("There is no [::1] here.");
    }
  }

  private static NettyServerBuilder server(String host, int port) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port));
  }

  private static DisposableServer http2(String name, int port) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(port)
        .protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)
        .handle((request, response) -> answer(name, request, response))
        .bindNow();
  }

  private static Mono<Void> answer(
      String name, HttpServerRequest request, HttpServerResponse response) {
    Recorder.record(
        request.path(),
        name,
        request.requestHeaders().contains("baggage")
            ? request.requestHeaders().getAll("baggage")
            : null,
        request.requestHeaders().contains("x-user")
            ? request.requestHeaders().getAll("x-user")
            : null);
    int to = request.uri().indexOf("?to=");
    return to < 0
        ? response.send()
        : response.status(302).header("location", request.uri().substring(to + 4)).send();
  }

  private String http2Url(int index, String id) {
    return "http://" + (index == 0 ? "127.0.0.1:" : "localhost:") + ports.get(index) + "/" + id;
  }

  private void overHttp2(String... urls) throws Exception {
    for (String url : urls) {
      HttpResponse<Void> response =
          jdk.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());
      if (response.version() != HttpClient.Version.HTTP_2) {
        throw new IllegalStateException("not over HTTP/2: " + url);
      }
    }
  }

  /** The server takes no upgrade, and has seen who asked for it. */
  private void webSocket(String url) {
    jdk.newWebSocketBuilder()
        .buildAsync(URI.create(url.replace("http:", "ws:")), new WebSocket.Listener() {})
        .exceptionally(refused -> null)
        .join();
  }

  private void jdk(String url) throws Exception {
    jdk.send(
        HttpRequest.newBuilder(URI.create(url)).header("baggage", "mine=1").build(),
        BodyHandlers.discarding());
  }

  private static void okHttp(String url) throws IOException {
    Request request = new Request.Builder().url(url).header("baggage", "mine=1").build();
    new OkHttpClient().newCall(request).execute().close();
  }

  private static void apache(String url) throws IOException {
    try (CloseableHttpClient client = HttpClients.createDefault()) {
      client.execute(
          ClassicRequestBuilder.get(url).addHeader("baggage", "mine=1").build(),
          response -> response.getCode());
    }
  }

  /** A host of our own may say which proxy to ask, and the JDK does; it has what own sent. */
  private void urlConnectionToProxy(String id) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(own.url(id, 305, third.url(""))).toURL().openConnection();
    connection.getResponseCode();
  }

  private static void nettyOverHttp2(String url) {
    reactor.netty.http.client.HttpClient.create()
        .protocol(HttpProtocol.H2C)
        .followRedirect(true)
        .get()
        .uri(url)
        .response()
        .block();
  }

  private static void urlConnection(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestProperty("baggage", "mine=1");
    connection.getInputStream().readAllBytes();
  }

  private static void netty(String url) {
    reactor.netty.http.client.HttpClient.create()
        .followRedirect(true)
        .headers(headers -> headers.set("baggage", "mine=1"))
        .get()
        .uri(url)
        .response()
        .block();
  }

  private static void nettyCopying(String url) {
    reactor.netty.http.client.HttpClient.create()
        .followRedirect(
            (request, response) -> response.status().code() == 302,
            (before, request) -> request.headers(before))
        .get()
        .uri(url)
        .response()
        .block();
  }

  /** A handler above the hops that sends one request object to two hosts. */
  private void apacheTwice(String id) throws IOException {
    URI next = URI.create(third.url(id));
    try (CloseableHttpClient client =
        HttpClients.custom()
            .addExecInterceptorFirst(
                "twice",
                (request, scope, chain) -> {
                  chain.proceed(request, scope).close();
                  scope.execRuntime.releaseEndpoint();
                  return chain.proceed(
                      request,
                      new ExecChain.Scope(
                          scope.exchangeId,
                          new HttpRoute(new HttpHost("http", next.getHost(), next.getPort())),
                          scope.originalRequest,
                          scope.execRuntime,
                          scope.clientContext));
                })
            .build()) {
      client.execute(ClassicRequestBuilder.get(own.url(id)).build(), response -> 0);
    }
  }

  private static SslContext certificate() throws Exception {
    Path folder = Files.createTempDirectory("corners");
    Path store = folder.resolve("peer.p12");
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "peer",
            "-keyalg",
            "EC",
            "-dname",
            "CN=peer",
            "-ext",
            "san=dns:localhost",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit");
    new ProcessBuilder(keytool).redirectErrorStream(true).start().waitFor();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    Files.delete(store);
    Files.delete(folder);
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    return GrpcSslContexts.configure(SslContextBuilder.forServer(managers)).build();
  }

  private static void overTls(String target, String id) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(target)
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            .build();
    GrpcCaller.call(channel, CallOptions.DEFAULT, id);
    channel.shutdown();
  }

  private static void plain(String target, String id) {
    ManagedChannel channel = GrpcCaller.channel(target);
    GrpcCaller.call(channel, CallOptions.DEFAULT, id);
    channel.shutdown();
  }
}
