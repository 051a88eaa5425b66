package io.waybill.examples.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.waybill.examples.conformance.proto.EchoGrpc;
import io.waybill.examples.conformance.proto.EchoGrpc.EchoStub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A running service, and clients that send it any bytes. */
final class TestService implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final ConformanceService service;
  private final ManagedChannel channel;

  /** What an HTTP request was answered with. */
  record Answer(int status, String head, String body) {
    JsonObject json() {
      return Json.read(body, JsonObject.class);
    }
  }

  private TestService(ConformanceService service) {
    this.service = service;
    this.channel =
        NettyChannelBuilder.forAddress(Loopback.HOST, service.grpcPort()).usePlaintext().build();
  }

  static TestService start(String... options) throws IOException {
    return new TestService(ConformanceService.start(Options.parse(List.of(options))));
  }

  /** Takes a port, on which nobody listens then, and nobody else can. */
  static Socket deafPort() throws IOException {
    Socket taken = new Socket();
    taken.bind(new InetSocketAddress(Loopback.HOST, 0));
    return taken;
  }

  String http() {
    return Loopback.at(service.httpPort());
  }

  String grpc() {
    return Loopback.at(service.grpcPort());
  }

  /** Sends {@code GET target} with these header lines, each char a byte. */
  Answer get(String target, String... headers) throws IOException {
    return send("GET " + target, "", headers);
  }

  Answer post(String target, String body, String... headers) throws IOException {
    return send("POST " + target, body, headers);
  }

  private Answer send(String line, String body, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\n");
    text.append("Host: localhost\r\nConnection: close\r\n");
    text.append("Content-Length: ").append(body.length()).append("\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return exchange(text.append("\r\n").append(body).toString());
  }

  private Answer exchange(String request) throws IOException {
    try (Socket socket = new Socket(Loopback.HOST, service.httpPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      } catch (SocketException refused) {
        // Before it was written to its end.
      }
      String answer = readAll(socket);
      int head = answer.indexOf("\r\n\r\n");
      int status = Integer.parseInt(answer.substring("HTTP/1.1 ".length()).substring(0, 3));
      return new Answer(status, answer.substring(0, head), answer.substring(head + 4));
    }
  }

  private static String readAll(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(buffer); n >= 0; ) {
        answer.write(buffer, 0, n);
        n = socket.getInputStream().read(buffer);
      }
    } catch (SocketException reset) {
      // What was refused before it was read to its end; the answer came first.
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  /** Returns a stub whose calls carry {@code headers}. */
  EchoStub echo(Metadata headers) {
    return EchoGrpc.newStub(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
  }

  static Metadata metadata(String... namesAndValues) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      metadata.put(
          Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER),
          namesAndValues[i + 1]);
    }
    return metadata;
  }

  /** Returns the values that {@code outbound} of {@code answer} has of {@code name}, in order. */
  static List<String> outbound(JsonObject answer, String name) {
    List<String> values = new ArrayList<>();
    for (JsonElement line : answer.getAsJsonArray("outbound")) {
      JsonArray pair = line.getAsJsonArray();
      if (pair.get(0).getAsString().equalsIgnoreCase(name)) {
        values.add(pair.get(1).getAsString());
      }
    }
    return values;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    service.close();
  }
}
