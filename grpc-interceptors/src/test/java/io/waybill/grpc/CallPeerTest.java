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
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a server takes its caller for. */
class CallPeerTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Hops hops = new Hops();
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

  @TempDir private static Path folder;

  // Each takes the start of a JVM.
  private static final Map<String, Path> STORES = new HashMap<>();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  /** Their folder goes with the class. */
  @AfterAll
  static void forgetStores() {
    STORES.clear();
  }

  @Test
  void peer_withoutTransportIsUnverified() {
    assertThat(CallPeer.of(Attributes.EMPTY)).isEqualTo(Peer.unverified(null, null));
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
    Peer peer = peers.poll(10, TimeUnit.SECONDS);
    assertThat(peer.verifiedNames()).isEmpty();
    assertThat(peer.remote()).isInstanceOf(InetSocketAddress.class);
    assertThat(((InetSocketAddress) peer.listener()).getPort()).isEqualTo(server.getPort());
  }

  @Test
  void peer_ofMutualTlsHasNamesOfItsCertificate() throws Exception {
    Path store = selfSigned("dns:Orders.Shop.internal,uri:spiffe://shop/Orders,ip:127.0.0.1");

    assertThat(callOverTls(store, true)).isEqualTo("anna");

    assertThat(peers.poll(10, TimeUnit.SECONDS).verifiedNames())
        .containsExactlyInAnyOrder("dns:orders.shop.internal", "spiffe://shop/Orders");
  }

  @Test
  void peer_withoutCertificateHasNoNames() throws Exception {
    Path store = selfSigned("dns:orders.shop.internal,ip:127.0.0.1");

    assertThat(callOverTls(store, false)).isEqualTo("nobody");

    assertThat(peers.poll(10, TimeUnit.SECONDS).verifiedNames()).isEmpty();
  }

  @Test
  void peer_withoutAlternativeNamesHasNoNames() throws Exception {
    Path client = selfSigned(null);

    assertThat(callOverTls(client, true)).isEqualTo("nobody");

    assertThat(peers.poll(10, TimeUnit.SECONDS).verifiedNames()).isEmpty();
  }

  /** A handshake that fails is a call that fails, as without Waybill; its span ends. */
  @Test
  void call_failsWhereServerWantsCertificate() throws Exception {
    Path store = selfSigned("dns:orders.shop.internal,ip:127.0.0.1");

    assertThatThrownBy(() -> callOverTls(store, false, TlsServerCredentials.ClientAuth.REQUIRE))
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

  /** Calls as anna, with the certificate in {@code clientStore} if it is presented. */
  private String callOverTls(Path clientStore, boolean presented) throws Exception {
    return callOverTls(clientStore, presented, TlsServerCredentials.ClientAuth.OPTIONAL);
  }

  private String callOverTls(
      Path clientStore, boolean presented, TlsServerCredentials.ClientAuth wanted)
      throws Exception {
    Path serverStore = selfSigned("ip:127.0.0.1");
    ServerCredentials serving =
        TlsServerCredentials.newBuilder()
            .keyManager(keys(serverStore))
            .trustManager(trust(clientStore))
            .clientAuth(wanted)
            .build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        hops.start(
            NettyServerBuilder.forAddress(any, serving)
                .addService(HopService.tellingUser())
                .intercept(WaybillGrpc.server(trustingOrders())));
    TlsChannelCredentials.Builder calling =
        TlsChannelCredentials.newBuilder().trustManager(trust(serverStore));
    ChannelCredentials credentials =
        presented ? calling.keyManager(keys(clientStore)).build() : calling.build();
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
        .call(() -> stub.withDeadlineAfter(20, TimeUnit.SECONDS).unary(note("")).getText());
  }

  private static Path selfSigned(String alternativeNames) throws Exception {
    Path known = STORES.get(alternativeNames);
    if (known != null) {
      return known;
    }
    Path made = make(folder.resolve("store-" + STORES.size()), alternativeNames);
    STORES.put(alternativeNames, made);
    return made;
  }

  /** Makes a key and a certificate for it, by the JDK's own tool. */
  private static Path make(Path store, String alternativeNames) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    ProcessBuilder command =
        new ProcessBuilder(
            keytool.toString(),
            "-genkeypair",
            "-alias",
            "hop",
            "-keyalg",
            "EC",
            "-dname",
            "CN=dns:orders.shop.internal",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD));
    if (alternativeNames != null) {
      command.command().add("-ext");
      command.command().add("san=" + alternativeNames);
    }
    Process process =
        command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("keytool's exit").isZero();
    return store;
  }

  private static KeyManager[] keys(Path store) throws Exception {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(load(store), PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(Path store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("hop", load(store).getCertificate("hop"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static KeyStore load(Path store) throws Exception {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, PASSWORD);
    }
    return loaded;
  }
}
