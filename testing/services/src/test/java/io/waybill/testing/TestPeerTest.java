package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class TestPeerTest {
  private static final TestPeer SERVER = TestPeer.named("ip:127.0.0.1");
  private static final TestPeer ORDERS =
      TestPeer.named("dns:Orders.internal", "uri:spiffe://shop/orders");

  @Test
  void peer_hasNamesOfItsCertificate() {
    assertThat(ORDERS.peer().verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.internal", "spiffe://shop/orders");
  }

  @Test
  void peer_isVerifiedByWhomItIsTrusted() throws Exception {
    X509Certificate seen = handshake(SERVER.sslContext(ORDERS), ORDERS.sslContext(SERVER));

    assertThat(seen.getSubjectAlternativeNames()).hasSize(2);
  }

  @Test
  void peer_isRefusedByOthers() {
    assertThatThrownBy(() -> handshake(SERVER.sslContext(), ORDERS.sslContext(SERVER)))
        .hasRootCauseInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void name_thatKeytoolDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> TestPeer.named("nonsense"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("keytool");
  }

  /** Returns the client's certificate, as the server has verified it. */
  private static X509Certificate handshake(SSLContext serving, SSLContext calling)
      throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SSLServerSocket listening =
        (SSLServerSocket) serving.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      listening.setNeedClientAuth(true);
      CompletableFuture<X509Certificate> seen =
          CompletableFuture.supplyAsync(() -> verified(listening));
      try (SSLSocket socket =
          (SSLSocket) calling.getSocketFactory().createSocket(loopback, listening.getLocalPort())) {
        socket.startHandshake();
        return seen.get();
      } catch (IOException refused) {
        return seen.get();
      }
    }
  }

  private static X509Certificate verified(SSLServerSocket listening) {
    try (SSLSocket accepted = (SSLSocket) listening.accept()) {
      accepted.startHandshake();
      return (X509Certificate) accepted.getSession().getPeerCertificates()[0];
    } catch (Exception refused) {
      throw new IllegalStateException(refused);
    }
  }
}
