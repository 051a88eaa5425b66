package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a server takes its caller for. */
class CallPeerTest {
  // Each takes the start of a JVM.
  private static final TestPeer SERVER = TestPeer.named("ip:127.0.0.1");
  private static final TestPeer ORDERS =
      TestPeer.named("dns:Orders.Shop.internal", "uri:spiffe://shop/Orders", "ip:127.0.0.1");

  private final Hops hops = new Hops();
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  @Test
  void peer_withoutTransportIsUnverified() {
    Peer peer = CallPeer.of(Attributes.EMPTY);

    assertThat(peer.verifiedNames()).isEmpty();
    assertThat(peer.remote()).isNull();
    assertThat(peer.listener()).isNull();
  }

  @Test
  void peer_ofPlaintextHasAddressesOnly() throws Exception {
    Server server = hops.server(trustingOrders(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);

    String answer =
        waybill
            .request()
            .with(USER, "anna")
            .call(() -> hops.stub(server, waybill).unary(note("")).getText());

    assertThat(answer).isEqualTo("nobody");
    Peer peer = peers.poll(30, TimeUnit.SECONDS);
    assertThat(peer.verifiedNames()).isEmpty();
    assertThat(peer.remote()).isInstanceOf(InetSocketAddress.class);
    assertThat(((InetSocketAddress) peer.listener()).getPort()).isEqualTo(server.getPort());
  }

  @Test
  void peer_ofMutualTlsHasNamesOfItsCertificate() throws Exception {
    assertThat(callOverTls(ORDERS, true)).isEqualTo("anna");

    assertThat(peers.poll(30, TimeUnit.SECONDS).verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.shop.internal", "spiffe://shop/Orders");
  }

  @Test
  void peer_withoutCertificateHasNoNames() throws Exception {
    assertThat(callOverTls(ORDERS, false)).isEqualTo("nobody");

    assertThat(peers.poll(30, TimeUnit.SECONDS).verifiedNames()).isEmpty();
  }

  @Test
  void peer_withoutAlternativeNamesHasNoNames() throws Exception {
    assertThat(callOverTls(TestPeer.named("cn:dns:orders.shop.internal"), true))
        .isEqualTo("nobody");

    assertThat(peers.poll(30, TimeUnit.SECONDS).verifiedNames()).isEmpty();
  }

  /** The handshake is done: whoever trusts just this certificate asks for no date. */
  @Test
  void peer_ofExpiredCertificateHasNoNames() throws Exception {
    TestPeer expired = TestPeer.expired("dns:orders.shop.internal");

    assertThat(callOverTls(expired, true)).isEqualTo("nobody");

    assertThat(peers.poll(30, TimeUnit.SECONDS).verifiedNames()).isEmpty();
  }

  /** A handshake that fails is a call that fails, as without Waybill; its span ends. */
  @Test
  void call_failsWhereServerWantsCertificate() throws Exception {
    assertThatThrownBy(() -> callOverTls(ORDERS, false, TlsServerCredentials.ClientAuth.REQUIRE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));

    assertThat(hops.spans.take(SpanKind.CLIENT).getStatus().getStatusCode())
        .isEqualTo(StatusCode.ERROR);
    assertThat(peers).isEmpty();
  }

  private Waybill trustingOrders() {
    return hops.waybill()
        .peers(
            peer -> {
              peers.add(peer);
              return peer.verifiedNames().contains("dns:orders.shop.internal")
                  ? TrustZone.OWN
                  : TrustZone.PUBLIC;
            })
        .build();
  }

  /** Calls as anna, with the certificate of {@code client} if it is presented. */
  private String callOverTls(TestPeer client, boolean presented) throws Exception {
    return callOverTls(client, presented, TlsServerCredentials.ClientAuth.OPTIONAL);
  }

  private String callOverTls(
      TestPeer client, boolean presented, TlsServerCredentials.ClientAuth wanted) throws Exception {
    ServerCredentials serving =
        TlsServerCredentials.newBuilder()
            .keyManager(SERVER.keyManagers())
            .trustManager(client.trustManagers())
            .clientAuth(wanted)
            .build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        hops.start(
            NettyServerBuilder.forAddress(any, serving)
                .addService(HopService.tellingUser())
                .intercept(WaybillGrpc.server(trustingOrders())));
    TlsChannelCredentials.Builder calling =
        TlsChannelCredentials.newBuilder().trustManager(SERVER.trustManagers());
    ChannelCredentials credentials =
        presented ? calling.keyManager(client.keyManagers()).build() : calling.build();
    Waybill waybill =
        hops.waybill().destination("grpcs://127.0.0.1:" + server.getPort(), TrustZone.OWN).build();
    HopGrpc.HopBlockingStub stub =
        WaybillGrpc.wrap(
            HopGrpc.newBlockingStub(
                hops.open(
                    NettyChannelBuilder.forAddress("127.0.0.1", server.getPort(), credentials))),
            waybill,
            Destination.grpc("127.0.0.1:" + server.getPort(), true));
    return waybill
        .request()
        .with(USER, "anna")
        .call(() -> stub.withDeadlineAfter(60, TimeUnit.SECONDS).unary(note("")).getText());
  }
}
