package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whom each adapter of a server takes its callers for, over mutual TLS, whatever its transport. A
 * test class of the adapter inherits it, and says by {@link #start} how a server is started and
 * called.
 *
 * <p>What {@link ServerInterceptorContract} looks at after each test is looked at here too, and the
 * tests are not for overriding.
 */
public abstract class ServerPeerContract extends ContractBase {
  // Each takes the start of a JVM.
  private static final TestPeer SERVER = TestPeer.named("ip:127.0.0.1");
  private static final TestPeer ORDERS =
      TestPeer.named("dns:Orders.Shop.internal", "uri:spiffe://shop/Orders");
  private static final TestPeer POSING =
      TestPeer.named(
          "uri:dns:orders.shop.internal",
          "uri:dns://orders.shop.internal",
          "uri:spiffe://shop@evil.example/Orders",
          "email:orders.shop.internal@evil.example",
          "dns:*.shop.internal",
          "cn:orders.shop.internal");

  private static final TestPeer GATE = TestPeer.named("uri:spiffe://mesh/gate");

  // Enough to start a server and to call it, on a slow machine.
  private static final Duration SHORT_LIFE = Duration.ofSeconds(10);

  private final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();

  /** A server on the loopback address, with one connection to it for each client. */
  public interface Server extends AutoCloseable {
    /**
     * Calls the server, on the connection that {@code client} has had before, if it has.
     *
     * @param headers what is sent: all lines of each name, a header line each
     * @return the text of the answer
     */
    String call(TestPeer client, Map<String, List<String>> headers) throws Exception;

    /** Stops the server and the clients. */
    @Override
    void close() throws Exception;
  }

  /** For adapters. */
  protected ServerPeerContract() {}

  /**
   * Starts a server that wants a certificate of its clients.
   *
   * @param port where it listens
   * @param service what it answers a call with
   * @param identity its own certificate
   * @param clients whose certificates it takes
   */
  protected abstract Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception;

  @Test
  void names_ofTheCertificate_areBelieved() throws Exception {
    for (String pattern : List.of("dns:*.shop.internal", "spiffe://shop/*")) {
      PeerRules rules = PeerRules.none().verified(pattern, TrustZone.OWN);

      assertThat(call(serve(freePort(), rules, ORDERS), ORDERS)).as(pattern).isEqualTo("u-1");
    }
  }

  /** Each name is one of ours, if its kind is not looked at. */
  @Test
  void names_ofOneKind_doNotPoseAsAnother() throws Exception {
    PeerRules rules =
        PeerRules.none()
            .verified("dns:orders.shop.internal", TrustZone.OWN)
            .verified("dns:*.shop.internal", TrustZone.OWN)
            .verified("spiffe://shop/*", TrustZone.OWN);

    assertThat(call(serve(freePort(), rules, POSING), POSING)).isEqualTo("nobody");
  }

  /** The handshake is long over: an adapter that remembers whom it saw then believes on. */
  @Test
  void certificate_thatExpiresOnALivingConnection_namesNobody() throws Exception {
    TestPeer expiring = TestPeer.expiringIn(SHORT_LIFE, "dns:orders.shop.internal");
    PeerRules rules = PeerRules.none().verified("dns:orders.shop.internal", TrustZone.OWN);
    Server server = serve(freePort(), rules, expiring);

    assertThat(call(server, expiring)).isEqualTo("u-1");
    Await.until("the end of a certificate", () -> expiring.peer().verifiedNames().isEmpty());

    assertThat(call(server, expiring)).isEqualTo("nobody");
    assertThat(connections).as("connections").hasSize(1);
  }

  /** Behind a mesh: the last element of the proxy, and of nobody else. */
  @Test
  void forwardedCertificate_ofVerifiedProxy_isThePeers() throws Exception {
    int port = freePort();
    PeerRules rules =
        PeerRules.none()
            .verified("spiffe://shop/*", TrustZone.OWN)
            .verified("spiffe://mesh/*", TrustZone.OWN)
            .forwardedCertificate(port, "spiffe://mesh/gate");
    Server server = serve(port, rules, GATE, ORDERS);
    String theirs = "URI=spiffe://evil/Orders,Hash=1;URI=";

    assertThat(call(server, GATE, theirs + "spiffe://shop/Orders")).isEqualTo("u-1");
    assertThat(call(server, GATE, theirs + "dns:orders.shop.internal")).isEqualTo("nobody");
    assertThat(call(server, GATE, "URI=spiffe://shop/Orders,Hash=1")).isEqualTo("nobody");
    assertThat(call(server, GATE)).as("it names nobody").isEqualTo("nobody");
    assertThat(call(server, GATE, "URI=spiffe://shop/Orders", "URI=spiffe://shop/Orders"))
        .as("two lines")
        .isEqualTo("nobody");
    assertThat(call(server, ORDERS, "URI=spiffe://evil/Orders"))
        .as("no proxy's word")
        .isEqualTo("u-1");
  }

  @Test
  void forwardedCertificate_ofAnybodyElse_saysNothing() throws Exception {
    int port = freePort();
    PeerRules rules = PeerRules.none().verified("spiffe://shop/*", TrustZone.OWN);
    String ours = "Hash=1;URI=spiffe://shop/Orders";

    Server named = serve(port, rules.forwardedCertificate(port, "spiffe://mesh/gate"), POSING);
    assertThat(call(named, POSING, ours)).isEqualTo("nobody");
    int other = freePort();
    Server elsewhere = serve(other, rules.forwardedCertificate(port, "spiffe://mesh/gate"), GATE);
    assertThat(call(elsewhere, GATE, ours)).as("on another listener").isEqualTo("nobody");
    Server unasked = serve(freePort(), rules, GATE);
    assertThat(call(unasked, GATE, ours)).as("without a rule").isEqualTo("nobody");
  }

  /** Returns the user that the server took a call for which says that it is u-1's. */
  private static String call(Server server, TestPeer client, String... forwarded) throws Exception {
    return server.call(
        client,
        Map.of("baggage", List.of("user.id=u-1"), "x-forwarded-client-cert", List.of(forwarded)));
  }

  private Server serve(int port, PeerRules rules, TestPeer... clients) throws Exception {
    Waybill waybill =
        run.build(
            configure(ContractFields.setUp(run.telemetry.openTelemetry()))
                .peers(rules)
                .onRequest((incoming, scope) -> connections.add(incoming.peer().remote())));
    return run.opened(start(port, waybill, ContractFields::user, SERVER, clients));
  }

  private static int freePort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return taken.getLocalPort();
    }
  }
}
