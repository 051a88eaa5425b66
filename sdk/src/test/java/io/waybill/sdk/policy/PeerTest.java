package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
