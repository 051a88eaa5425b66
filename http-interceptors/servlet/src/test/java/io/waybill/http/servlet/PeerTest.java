package io.waybill.http.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestPeer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.waybill.http.servlet.Container#all")
class PeerTest {
  private final TestServer server;
  private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();

  PeerTest(Container container) {
    server = new TestServer(container);
  }

  @BeforeEach
  void install() {
    server.page(
        "/who", (request, response) -> response.getWriter().print(TestServer.currentUser()));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void peer_ofPlainHttp_hasAddressesOnly() throws Exception {
    server.filter(filter()).start();

    server.get("/who");

    Peer peer = peers.element();
    assertThat(peer.verifiedNames()).isEmpty();
    assertThat(((InetSocketAddress) peer.remote()).getAddress())
        .isEqualTo(InetAddress.getByName("127.0.0.1"));
    assertThat(peer.listener()).isEqualTo(new InetSocketAddress("127.0.0.1", server.port()));
  }

  @Test
  void peer_ofMutualTls_hasTheNamesOfItsCertificate() throws Exception {
    SSLContext tls =
        TestPeer.named("ip:127.0.0.1", "dns:orders.internal", "uri:spiffe://shop/orders")
            .sslContext();
    server.filter(filter()).start();
    int port = server.startTls(tls);
    HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/app/who"))
            .header("baggage", "user.id=u-1")
            .build();

    HttpResponse<String> trusted = client.send(request, BodyHandlers.ofString());
    HttpResponse<String> untrusted = server.get("/who", "baggage", "user.id=u-1");

    assertThat(peers.element().verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.internal", "spiffe://shop/orders");
    assertThat(trusted.body()).isEqualTo("u-1");
    assertThat(untrusted.body()).isEqualTo("null");
  }

  /** Behind a proxy the address is text of a header: it is read, and never looked up. */
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,10.1.2.3",
    "::1,0:0:0:0:0:0:0:1",
    "[::1],0:0:0:0:0:0:0:1",
    "_hidden,unresolved",
    "evil.example,unresolved",
    "999.1.1.1,unresolved",
    "1.2.3,unresolved",
    "::::,unresolved",
    "[,unresolved",
    "fe80::1%nosuch,unresolved",
    ".a.b.c:,unresolved",
    "::ffff:10.1.2.3,10.1.2.3",
    "'',none"
  })
  void peer_whateverTheContainerSays_isNeverLookedUp(String said, String expected)
      throws Exception {
    server.filter(Said.to(filter(), said)).start();

    server.get("/who");

    InetSocketAddress remote = (InetSocketAddress) peers.element().remote();
    String read =
        remote == null
            ? "none"
            : remote.isUnresolved() ? "unresolved" : remote.getAddress().getHostAddress();
    assertThat(read).isEqualTo(expected);
  }

  @Test
  void peer_behindAFilterThatSaysAnother_isWhoConnects() throws Exception {
    server.filter(
        (request, response, chain) ->
            chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                  @Override
                  public String getRemoteAddr() {
                    return "10.0.0.1";
                  }
                },
                response));
    server.filter(filter()).start();

    server.get("/who");

    InetSocketAddress remote = (InetSocketAddress) peers.element().remote();
    assertThat(remote.getAddress().isLoopbackAddress()).isTrue();
  }

  private WaybillFilter filter() {
    return WaybillFilter.of(
        server
            .waybill()
            .peers(
                peer -> {
                  peers.add(peer);
                  return peer.verifiedNames().contains("spiffe://shop/orders")
                      ? TrustZone.OWN
                      : TrustZone.PUBLIC;
                })
            .build());
  }
}
