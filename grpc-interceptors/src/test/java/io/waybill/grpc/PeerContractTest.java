package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The server interceptor takes its callers for whom the contract says, over Netty. */
class PeerContractTest extends ServerPeerContract {

  @Override
  protected Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception {
    Hops hops = new Hops();
    ServerCredentials credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(identity.keyManagers())
            .trustManager(TestPeer.trusting(clients))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    ContractHandler handler =
        new ContractHandler(
            headers -> CompletableFuture.completedFuture(service.get()), callback -> {});
    hops.start(
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .addService(handler.service())
            .intercept(WaybillGrpc.server(waybill)));
    return new TlsServer(hops, port, identity);
  }

  private static final class TlsServer implements Server {
    private final Map<TestPeer, Channel> channels = new HashMap<>();
    private final Hops hops;
    private final int port;
    private final TestPeer identity;

    TlsServer(Hops hops, int port, TestPeer identity) {
      this.hops = hops;
      this.port = port;
      this.identity = identity;
    }

    @Override
    public String call(TestPeer client, Map<String, List<String>> headers) {
      Metadata metadata = new Metadata();
      headers.forEach((name, lines) -> lines.forEach(line -> metadata.put(Hops.key(name), line)));
      return HopGrpc.newBlockingStub(channels.computeIfAbsent(client, this::channel))
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .unary(note(""))
          .getText();
    }

    private Channel channel(TestPeer client) {
      return hops.open(
          NettyChannelBuilder.forAddress(
              "127.0.0.1",
              port,
              TlsChannelCredentials.newBuilder()
                  .keyManager(client.keyManagers())
                  .trustManager(identity.trustManagers())
                  .build()));
    }

    @Override
    public void close() throws Exception {
      hops.close();
    }
  }
}
