package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS "Borders": which names a certificate vouches for, and which certificate for none. */
class PeerTest {

  /**
   * Each has the names dns:Orders.Shop.Internal, spiffe://shop/orders, an address and a mailbox.
   */
  private static Certificate certificate(String name) throws IOException, CertificateException {
    try (InputStream pem = PeerTest.class.getResourceAsStream(name + ".pem")) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(Objects.requireNonNull(pem, name));
    }
  }

  private static Peer peer(Certificate... chain) {
    return Peer.of(chain, null, null);
  }

  @Test
  void of_valid_hasDnsAndUriNamesOnly() throws Exception {
    assertThat(peer(certificate("valid")).verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.shop.internal", "spiffe://shop/orders");
  }

  @ParameterizedTest
  @CsvSource({"valid, OWN", "expired, PUBLIC", "early, PUBLIC"})
  void of_validNowOrNobody(String name, TrustZone zone) throws Exception {
    PeerRules rules =
        PeerRules.none()
            .verified("dns:*.shop.internal", TrustZone.OWN)
            .verified("spiffe://shop/*", TrustZone.OWN);

    assertThat(rules.apply(peer(certificate(name)))).isEqualTo(zone);
  }

  /** A connection outlives its certificate, and whoever keeps it keeps this peer. */
  @Test
  void of_expiresMeanwhile() throws Exception {
    X509Certificate certificate = (X509Certificate) certificate("valid");
    AtomicReference<Instant> now = new AtomicReference<>(certificate.getNotBefore().toInstant());
    Peer peer = Peer.of(new Certificate[] {certificate}, null, null, now::get);
    PeerRules rules = PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN);

    assertThat(rules.apply(peer)).isEqualTo(TrustZone.OWN);
    now.set(certificate.getNotAfter().toInstant());
    assertThat(rules.apply(peer)).as("in its last second").isEqualTo(TrustZone.OWN);
    now.set(certificate.getNotAfter().toInstant().plusMillis(1));
    assertThat(rules.apply(peer)).isEqualTo(TrustZone.PUBLIC);
    assertThat(peer.verifiedNames()).isEmpty();
    assertThat(peer.toString()).doesNotContain("orders");
    now.set(certificate.getNotBefore().toInstant().minusMillis(1));
    assertThat(rules.apply(peer)).as("not yet").isEqualTo(TrustZone.PUBLIC);
  }

  /** What is text of a header is read as an address, or not at all: nobody is asked for a name. */
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,                    10.1.2.3",
    "255.255.255.255,             255.255.255.255",
    "::1,                         0:0:0:0:0:0:0:1",
    "[::1],                       0:0:0:0:0:0:0:1",
    "::,                          0:0:0:0:0:0:0:0",
    "1::,                         1:0:0:0:0:0:0:0",
    "1:2:3:4:5:6:7:8,             1:2:3:4:5:6:7:8",
    "1::3:4:5:6:7:8,              1:0:3:4:5:6:7:8",
    "2001:DB8::a,                 2001:db8:0:0:0:0:0:a",
    "64:ff9b::10.1.2.3,           64:ff9b:0:0:0:0:a01:203",
    "::ffff:10.1.2.3,             10.1.2.3",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
  })
  void address_literal(String text, String address) {
    InetSocketAddress read = (InetSocketAddress) Peer.address(text, 1);

    assertThat(read.isUnresolved()).isFalse();
    assertThat(read.getAddress().getHostAddress()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".a.b.c:",
        "a:",
        ":",
        ":::",
        "::::",
        "a.b:c",
        "1.2.3.4:",
        ":1.2.3.4",
        "1.2.3.4::",
        "::1.2.3",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "1::2::3",
        "12345::",
        "g::",
        "::g",
        "+1::",
        "::-1",
        "::\uFF11",
        "1.2.3",
        "1.2.3.4.",
        "1.2.3.04",
        "0x7f.0.0.1",
        "256.1.1.1",
        "1.2.3.+4",
        "\u0661.2.3.4",
        "2130706433",
        "fe80::1%eth0",
        "fe80::1%1",
        "[",
        "[]",
        "[::1",
        "::1]",
        "[[::1]]",
        "localhost",
        "_hidden",
        " ::1",
        "evil.example"
      })
  void address_noLiteral_staysUnresolved(String text) {
    InetSocketAddress read = (InetSocketAddress) Peer.address(text, 1);

    assertThat(read.isUnresolved()).isTrue();
    assertThat(read.getHostString()).isEqualTo(text);
  }

  @Test
  void address_none() {
    assertThat(Peer.address(null, 1)).isNull();
    assertThat(Peer.address("", 1)).isNull();
    assertThat(Peer.address("::1", -1)).isNull();
    assertThat(Peer.address("::1", 65536)).isNull();
    InetSocketAddress longest = (InetSocketAddress) Peer.address(":".repeat(1 << 20), 1);
    assertThat(longest.isUnresolved()).isTrue();
  }

  /** Any text against the JDK's reader, where that asks nobody: of what is a literal for sure. */
  @Test
  void address_anyText_isWhatTheJdkReads() throws Exception {
    String chars = "0123459afF:::..";
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i >= 0; i--) {
        text.append(chars.charAt(random.nextInt(chars.length())));
      }

      InetSocketAddress read = (InetSocketAddress) Peer.address(text.toString(), 1);

      if (!read.isUnresolved()) {
        assertThat(read.getAddress())
            .as("seed %s", seed)
            .isEqualTo(InetAddress.getByName(text.toString()));
      }
    }
  }

  /** The chain begins with the peer's own certificate; its issuer's names are not the peer's. */
  @Test
  void of_chain_firstOnly() throws Exception {
    assertThat(peer(certificate("expired"), certificate("valid")).verifiedNames()).isEmpty();
  }

  @Test
  void of_noChain_orAnotherKind_isUnverified() {
    assertThat(peer().verifiedNames()).isEmpty();
    assertThat(peer(new Other()).verifiedNames()).isEqualTo(Set.of());
  }

  /** A certificate that is none of X.509. */
  private static final class Other extends Certificate {
    private static final long serialVersionUID = 1L;

    Other() {
      super("other");
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }

    @Override
    public void verify(java.security.PublicKey key) {}

    @Override
    public void verify(java.security.PublicKey key, String provider) {}

    @Override
    public String toString() {
      return "other";
    }

    @Override
    public java.security.PublicKey getPublicKey() {
      throw new UnsupportedOperationException();
    }
  }
}
