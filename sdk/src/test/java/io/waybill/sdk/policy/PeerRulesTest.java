package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerRulesTest {
  private static SocketAddress at(String address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Peer named(String name) {
    return Peer.verified(Set.of(name), at("10.1.2.3", 40000), at("10.0.0.1", 8443));
  }

  @Test
  void none_believesNobody() {
    assertThat(PeerRules.none().apply(named("dns:orders.shop.internal")))
        .isEqualTo(TrustZone.PUBLIC);
  }

  @ParameterizedTest
  @CsvSource({
    "dns:orders.shop.internal, dns:orders.shop.internal, OWN",
    "dns:Orders.Shop.Internal, dns:orders.shop.internal, OWN",
    "dns:*.shop.internal, dns:orders.shop.internal, OWN",
    "dns:*.shop.internal, dns:shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:a.orders.shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:evilshop.internal, PUBLIC",
    "dns:*.shop.internal, dns:.shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:orders.shop.internal.evil.example, PUBLIC",
    "dns:orders.shop.internal, spiffe://orders.shop.internal, PUBLIC",
    "spiffe://shop/orders, spiffe://shop/orders, OWN",
    "spiffe://shop/orders, spiffe://shop/orders2, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/orders, OWN",
    "spiffe://shop/ns/*, spiffe://shop/ns/, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/a/b, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/nsx/orders, PUBLIC",
    "spiffe://shop/*, spiffe://shop.evil/orders, PUBLIC",
    "urn:shop:orders, urn:shop:orders, OWN",
    "urn:shop:orders, URN:shop:orders, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/*, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/.., PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/., PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/a%2Fb, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/a?b, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop/ns/a#b, PUBLIC",
    "spiffe://shop/ns/*, spiffe://shop@evil/ns/a, PUBLIC",
    "spiffe://shop/ns/*, SPIFFE://shop/ns/a, PUBLIC",
    "dns:*.shop.internal, dns:*.shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:a@b.shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:ip:1.shop.internal, PUBLIC",
    "dns:*.shop.internal, dns:orders.shop.internal., PUBLIC",
    "dns:kelvin.internal, dns:\u212Aelvin.internal, PUBLIC",
  })
  void verified_wholeLabelsAndSegments(String pattern, String name, TrustZone zone) {
    assertThat(PeerRules.none().verified(pattern, TrustZone.OWN).apply(named(name)))
        .isEqualTo(zone);
  }

  @Test
  void verified_noNames() {
    Peer peer = Peer.unverified(at("10.1.2.3", 1), at("10.0.0.1", 8443));

    assertThat(PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN).apply(peer))
        .isEqualTo(TrustZone.PUBLIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders.shop.internal",
        "dns:",
        "dns:*.",
        "dns:*",
        "dns:a.*.internal",
        "dns:*.*.internal",
        "spiffe:",
        "*",
        "spiffe://shop/*/orders",
        "spiffe://*",
        "dns://orders.shop.internal",
        "dns:orders.shop.internal.",
        "dns:a:b",
        "dns:\u212Aelvin.internal",
        "DNS:orders.shop.internal",
        "ip:10.0.0.1",
        "cn:orders",
        "urn:orders",
        "mailto:orders@shop.internal",
        "spiffe://shop@evil/orders",
        "spiffe://shop/a b",
        ""
      })
  void verified_notAPattern(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRules.none().verified(pattern, TrustZone.OWN))
        .withMessageContaining("\"" + pattern + "\" (expected: ");
  }

  @Test
  void rules_theFirstThatMatchesCounts() {
    PeerRules rules =
        PeerRules.none()
            .verified("dns:guest.shop.internal", TrustZone.PARTNER)
            .verified("dns:*.shop.internal", TrustZone.OWN);

    assertThat(rules.apply(named("dns:guest.shop.internal"))).isEqualTo(TrustZone.PARTNER);
    assertThat(rules.apply(named("dns:orders.shop.internal"))).isEqualTo(TrustZone.OWN);
  }

  @Test
  void listener_byItsPort() {
    PeerRules rules = PeerRules.none().listener(8443, TrustZone.OWN);

    assertThat(rules.apply(Peer.unverified(null, at("10.0.0.1", 8443)))).isEqualTo(TrustZone.OWN);
    assertThat(rules.apply(Peer.unverified(null, at("10.0.0.1", 80)))).isEqualTo(TrustZone.PUBLIC);
    assertThat(rules.apply(Peer.unverified(null, null))).isEqualTo(TrustZone.PUBLIC);
  }

  /** A server that has not started has no port yet: gRPC's is -1, Jetty's too. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536, Integer.MIN_VALUE})
  void listener_noPort(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRules.none().listener(port, TrustZone.OWN))
        .withMessageContaining("port: " + port + " (expected: 1 to 65535")
        .withMessageContaining("started");
  }

  @Test
  void forwardedCertificate_ofWhatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRules.none().forwardedCertificate(-1, "spiffe://mesh/gate"))
        .withMessageContaining("port: -1 (expected: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerRules.none().forwardedCertificate(8443, "gate"))
        .withMessageContaining("\"gate\" (expected: ");
  }

  /** It says who the proxy is, and not that it is believed. */
  @Test
  void forwardedCertificate_alone_believesNobody() {
    PeerRules rules = PeerRules.none().forwardedCertificate(8443, "dns:gate");

    assertThat(rules.apply(named("dns:gate"))).isEqualTo(TrustZone.PUBLIC);
    assertThat(rules.apply(named("dns:gate").forwarding(List.of(), List.of("orders"))))
        .isEqualTo(TrustZone.PUBLIC);
  }

  /** Whatever the order: else the first rule believed everybody behind the proxy. */
  @Test
  void forwardedCertificate_proxyItself_isNotBelieved() {
    PeerRules rules =
        PeerRules.none().verified("dns:gate", TrustZone.OWN).forwardedCertificate(8443, "dns:gate");

    assertThat(rules.apply(named("dns:gate"))).isEqualTo(TrustZone.PUBLIC);
    assertThat(rules.apply(named("dns:gate").forwarding(List.of(), List.of("gate"))))
        .isEqualTo(TrustZone.OWN);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, OWN",
    "10.0.0.0/8, 11.0.0.1, PUBLIC",
    "10.1.2.3/32, 10.1.2.3, OWN",
    "10.1.2.3/32, 10.1.2.2, PUBLIC",
    "10.1.2.128/25, 10.1.2.127, PUBLIC",
    "0.0.0.0/0, 8.8.8.8, OWN",
    "0.0.0.0/0, ::1, PUBLIC",
    "fd00::/8, fdab::1, OWN",
    "fd00::/8, fe80::1, PUBLIC",
  })
  void onlyFrom_isAConditionOnTheLastRule(String range, String remote, TrustZone zone) {
    PeerRules rules =
        PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN).onlyFrom(range);
    Set<String> names = Set.of("dns:orders.shop.internal");

    assertThat(rules.apply(Peer.verified(names, at(remote, 1), null))).isEqualTo(zone);
    assertThat(rules.apply(Peer.verified(Set.of(), at(remote, 1), null)))
        .isEqualTo(TrustZone.PUBLIC);
    assertThat(rules.apply(Peer.verified(names, null, null))).isEqualTo(TrustZone.PUBLIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.0.0.0/33",
        "localhost/8",
        "a.b/8",
        "10.0.0.0/x",
        "/8",
        "",
        ".a.b.c:/8"
      })
  void onlyFrom_notARange(String range) {
    PeerRules rules = PeerRules.none().listener(1, TrustZone.OWN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rules.onlyFrom(range))
        .withMessageContaining("\"" + range + "\"");
  }

  @Test
  void onlyFrom_alone() {
    assertThatIllegalStateException().isThrownBy(() -> PeerRules.none().onlyFrom("10.0.0.0/8"));
  }
}
