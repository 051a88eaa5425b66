package io.waybill.interop.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The JDK's server, WebFlux over Reactor Netty, and gRPC; those that can believe headers do. */
final class Servers {
  private static final BlockingQueue<Runnable> PARKED = new LinkedBlockingQueue<>();

  private Servers() {}

  /** Returns the client that a query names. */
  static String client(String query) {
    return query == null ? "jdk" : query;
  }

  static void jdk(Outgoing outgoing, Keys keys, Listeners listeners) throws Exception {
    Channel inProcess = inProcess(outgoing);
    HttpServer open = jdk(HttpServer.create(loopback(0), 0), outgoing, inProcess);
    jdk(HttpServer.create(loopback(listeners.own("jdk")), 0), outgoing, inProcess);
    HttpsServer tls = HttpsServer.create(loopback(0), 0);
    SSLContext context = keys.server();
    tls.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setWantClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    jdk(tls, outgoing, inProcess);
    listeners.add("jdk", open.getAddress().getPort(), tls.getAddress().getPort());
  }

  private static HttpServer jdk(HttpServer server, Outgoing outgoing, Channel inProcess) {
    server.setExecutor(Executors.newFixedThreadPool(32));
    server.createContext("/", exchange -> answer(exchange, outgoing, inProcess));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, Outgoing outgoing, Channel inProcess)
      throws IOException {
    if (exchange.getRequestURI().getPath().equals("/read")) {
      exchange.getRequestBody().readAllBytes();
    }
    String client = client(exchange.getRequestURI().getQuery());
    boolean isInProcess = exchange.getRequestURI().getPath().equals("/inprocess");
    String sent =
        isInProcess
            ? ClientCalls.blockingUnaryCall(inProcess, Probe.METHOD, CallOptions.DEFAULT, client)
            : outgoing.by(client);
    byte[] seen = sent.getBytes();
    exchange.sendResponseHeaders(200, seen.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(seen);
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  static void webflux(Outgoing outgoing, Keys keys, Listeners listeners) throws Exception {
    var routes =
        RouterFunctions.route()
            .GET("/now", request -> answer(Mono.just(request), outgoing))
            .GET(
                "/async",
                request -> answer(Mono.just(request).delayElement(Duration.ofMillis(1)), outgoing))
            .GET("/park", request -> answer(park(request), outgoing))
            .GET(
                "/release",
                request -> {
                  PARKED.remove().run();
                  return ServerResponse.ok().bodyValue("released");
                })
            .POST(
                "/read",
                request -> answer(request.bodyToMono(String.class).thenReturn(request), outgoing))
            .build();
    var handler =
        new ReactorHttpHandlerAdapter(
            WebHttpHandlerBuilder.webHandler(RouterFunctions.toWebHandler(routes))
                .forwardedHeaderTransformer(new ForwardedHeaderTransformer())
                .build());
    var server = reactor.netty.http.server.HttpServer.create().host("127.0.0.1").forwarded(true);
    var open = server.port(0).handle(handler).bindNow();
    server.port(listeners.own("webflux")).handle(handler).bindNow();
    var context =
        new JdkSslContext(
            keys.server(),
            false,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            null,
            ClientAuth.OPTIONAL,
            null,
            false);
    var tls = server.port(0).secure(spec -> spec.sslContext(context)).handle(handler).bindNow();
    listeners.add("webflux", open.port(), tls.port());
  }

  private static Mono<ServerRequest> park(ServerRequest request) {
    Sinks.One<ServerRequest> parked = Sinks.one();
    PARKED.add(() -> parked.tryEmitValue(request).orThrow());
    return parked.asMono();
  }

  private static Mono<ServerResponse> answer(Mono<ServerRequest> request, Outgoing outgoing) {
    return request
        .publishOn(Schedulers.boundedElastic())
        .flatMap(from -> ServerResponse.ok().bodyValue(outgoing.by(client(from.uri().getQuery()))));
  }

  static void grpc(Outgoing outgoing, Keys keys, Listeners listeners) throws Exception {
    ServerCredentials none = InsecureServerCredentials.create();
    ServerCredentials mutual =
        TlsServerCredentials.newBuilder()
            .keyManager(keys.shown(Keys.SERVER))
            .trustManager(keys.taken(Keys.ORDERS, Keys.OTHER))
            .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
            .build();
    int open = grpc(0, none, outgoing);
    grpc(listeners.own("grpc"), none, outgoing);
    listeners.add("grpc", open, grpc(0, mutual, outgoing));
    listeners.add("shaded.public", shaded(none, outgoing));
    listeners.add("shaded.tls", shaded(mutual, outgoing));
  }

  /** The same over a Netty whose packages are gRPC's. */
  private static int shaded(ServerCredentials credentials, Outgoing outgoing) throws IOException {
    return io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder.forAddress(
            loopback(0), credentials)
        .addService(Probe.service((metadata, client) -> outgoing.by(client)))
        .build()
        .start()
        .getPort();
  }

  /** Starts one that is called without a connection, with a forged identity. */
  static Channel inProcess(Outgoing outgoing) throws IOException {
    InProcessServerBuilder.forName("probe")
        .addService(Probe.service((metadata, client) -> outgoing.by(client)))
        .build()
        .start();
    Metadata forged = new Metadata();
    forged.put(Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER), "user.id=u-forged");
    return ClientInterceptors.intercept(
        InProcessChannelBuilder.forName("probe").build(),
        MetadataUtils.newAttachHeadersInterceptor(forged));
  }

  private static int grpc(int port, ServerCredentials credentials, Outgoing outgoing)
      throws IOException {
    return NettyServerBuilder.forAddress(loopback(port), credentials)
        .executor(Executors.newFixedThreadPool(16))
        .addService(Probe.service((metadata, client) -> outgoing.by(client)))
        .build()
        .start()
        .getPort();
  }
}
