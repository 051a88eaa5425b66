package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.waybill.sdk.policy.Peer;
import io.waybill.testing.TestPeer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PeersTest {
  private static final TestPeer SERVER = TestPeer.named("ip:127.0.0.1");
  private static final TestPeer ORDERS =
      TestPeer.named("dns:orders.internal", "uri:spiffe://shop/orders");

  private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();

  static Stream<Arguments> servers() {
    return kinds()
        .flatMap(
            kind ->
                Stream.of(HttpClient.Version.values()).map(version -> arguments(version, kind)));
  }

  private static Stream<Named<TellingServer.Kind>> kinds() {
    return Stream.of(
        server("JDK", TellingServer::jdk),
        server("Jetty", TellingServer::jetty),
        server("Tomcat's own", TellingServer::coyote),
        server("servlet", TellingServer::servlet),
        server("Reactor Netty", TellingServer::reactor),
        server("WebFlux", TellingServer::webflux));
  }

  private static Named<TellingServer.Kind> server(String name, TellingServer.Kind kind) {
    return Named.of(name, kind);
  }

  /** Calls a server, and returns whom it takes the caller for. */
  private Peer seenBy(TellingServer.Kind kind, @Nullable SSLContext tls, HttpClient client)
      throws Exception {
    try (TellingServer server = kind.start(tls, request -> peers.add(Peers.of(request)))) {
      String scheme = tls == null ? "http" : "https";
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + server.port() + "/who"))
              .header("X-Forwarded-For", "10.0.0.1")
              .header("X-Forwarded-Port", "1")
              .header("X-Forwarded-Proto", "https")
              .header("Forwarded", "for=10.0.0.1;proto=https;host=orders.internal:1")
              .header("X-Forwarded-Client-Cert", "URI=spiffe://shop/orders")
              .build();
      client.send(request, BodyHandlers.discarding());
      Peer peer = peers.remove();
      assertThat(peer.listener()).isEqualTo(new InetSocketAddress("127.0.0.1", server.port()));
      assertThat(((InetSocketAddress) peer.remote()).getAddress().isLoopbackAddress()).isTrue();
      return peer;
    }
  }

  private static HttpClient client(HttpClient.Version version, SSLContext tls) {
    return HttpClient.newBuilder().sslContext(tls).version(version).build();
  }

  private static SSLContext anonymous() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(new KeyManager[0], SERVER.trustManagers(), null);
    return tls;
  }

  @ParameterizedTest
  @MethodSource("servers")
  void peer_whateverHeadersSay_isWhoConnects(HttpClient.Version version, TellingServer.Kind kind)
      throws Exception {
    assertThat(seenBy(kind, null, client(version, anonymous())).verifiedNames()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void peer_withACertificate_hasItsNames(HttpClient.Version version, TellingServer.Kind kind)
      throws Exception {
    Peer peer = seenBy(kind, SERVER.sslContext(ORDERS), client(version, ORDERS.sslContext(SERVER)));

    assertThat(peer.verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.internal", "spiffe://shop/orders");
  }

  @ParameterizedTest
  @MethodSource("servers")
  void peer_withoutACertificate_hasNone(HttpClient.Version version, TellingServer.Kind kind)
      throws Exception {
    Peer peer = seenBy(kind, SERVER.sslContext(ORDERS), client(version, anonymous()));

    assertThat(peer.verifiedNames()).isEmpty();
  }

  @Test
  void peer_ofAnUnknownClass_isNobody() {
    assertThat(Peers.of("a request")).isSameAs(Peers.NOBODY);
    assertThat(Peers.of(null)).isSameAs(Peers.NOBODY);
  }

  /** A server of tomorrow, whose methods are not those that are known. */
  @Test
  void peer_ofAClassWithoutItsMethods_isNobody() {
    assertThat(Peers.of(new io.opentelemetry.other.GrpcRequest())).isSameAs(Peers.NOBODY);
  }

  @Test
  void peer_thatFails_isNobody() {
    assertThat(Peers.of(new io.opentelemetry.other.NettyRequest())).isSameAs(Peers.NOBODY);
    assertThat(Peers.of(new io.opentelemetry.other.ServletRequestContext())).isSameAs(Peers.NOBODY);
  }
}
