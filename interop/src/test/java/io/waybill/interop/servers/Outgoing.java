package io.waybill.interop.servers;

import com.sun.net.httpserver.HttpServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * The calls that a service makes, by four clients: to its own recorder, which tells the baggage.
 */
final class Outgoing {
  private static final String NONE = "none";
  private static final Metadata.Key<String> BAGGAGE =
      Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER);

  private final HttpClient jdk =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final OkHttpClient okhttp = new OkHttpClient();
  private final reactor.netty.http.client.HttpClient netty =
      reactor.netty.http.client.HttpClient.create();
  private final Channel grpc;
  private final String uri;

  private Outgoing(String uri, ManagedChannel grpc) {
    this.uri = uri;
    this.grpc = grpc;
  }

  /** Starts the recorders, and returns clients of them. */
  static Outgoing recordedAt(int http, int grpc) throws IOException {
    HttpServer recorder = HttpServer.create(new InetSocketAddress("127.0.0.1", http), 0);
    recorder.setExecutor(Executors.newFixedThreadPool(8));
    recorder.createContext(
        "/record",
        exchange -> {
          String seen =
              String.join(",", exchange.getRequestHeaders().getOrDefault("Baggage", List.of(NONE)));
          byte[] bytes = seen.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    recorder.start();
    Server rpc =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", grpc))
            .addService(Probe.service((metadata, text) -> baggage(metadata)))
            .build()
            .start();
    return new Outgoing(
        "http://127.0.0.1:" + http + "/record",
        NettyChannelBuilder.forAddress("127.0.0.1", rpc.getPort()).usePlaintext().build());
  }

  static String baggage(Metadata metadata) {
    String seen = metadata.get(BAGGAGE);
    return seen == null ? NONE : seen;
  }

  /** Calls by one client, and returns what came along. */
  String by(String client) {
    try {
      return switch (client) {
        case "jdk" ->
            jdk.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body();
        case "okhttp" -> {
          try (var answer = okhttp.newCall(new Request.Builder().url(uri).build()).execute()) {
            yield answer.body().string();
          }
        }
        case "reactor" -> netty.get().uri(uri).responseContent().aggregate().asString().block();
        case "grpc" ->
            ClientCalls.blockingUnaryCall(grpc, Probe.METHOD, CallOptions.DEFAULT, "record");
        default -> throw new IllegalArgumentException(client);
      };
    } catch (IOException | InterruptedException failed) {
      return failed.toString();
    }
  }
}
