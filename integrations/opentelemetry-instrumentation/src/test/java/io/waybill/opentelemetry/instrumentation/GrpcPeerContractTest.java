package io.waybill.opentelemetry.instrumentation;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** OpenTelemetry's server interceptor takes its callers for whom the contract says. */
class GrpcPeerContractTest extends ServerPeerContract {

  @Override
  protected Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception {
    WaybillInstrumentation.install(telemetry().ofOthers(), waybill);
    ServerCredentials credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(identity.keyManagers())
            .trustManager(TestPeer.trusting(clients))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    GrpcTelemetry theirs = GrpcTelemetry.create(telemetry().ofOthers());
    return new TlsServer(
        new GrpcHop(
            port,
            credentials,
            service,
            builder ->
                builder
                    .intercept(theirs.createServerInterceptor())
                    .intercept(WaybillInstrumentation.grpcPeers())),
        identity);
  }

  private static final class TlsServer implements Server {
    private final Map<TestPeer, ManagedChannel> channels = new HashMap<>();
    private final GrpcHop hop;
    private final TestPeer identity;

    TlsServer(GrpcHop hop, TestPeer identity) {
      this.hop = hop;
      this.identity = identity;
    }

    @Override
    public String call(TestPeer client, Map<String, List<String>> headers) {
      Metadata metadata = new Metadata();
      headers.forEach(
          (name, lines) ->
              lines.forEach(
                  line ->
                      metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), line)));
      Channel channel = channels.computeIfAbsent(client, this::channel);
      return GrpcHop.get(
          ClientInterceptors.intercept(
              channel, MetadataUtils.newAttachHeadersInterceptor(metadata)));
    }

    private ManagedChannel channel(TestPeer client) {
      return NettyChannelBuilder.forAddress(
              "127.0.0.1",
              hop.port(),
              TlsChannelCredentials.newBuilder()
                  .keyManager(client.keyManagers())
                  .trustManager(identity.trustManagers())
                  .build())
          .build();
    }

    @Override
    public void close() throws Exception {
      for (ManagedChannel channel : channels.values()) {
        channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
      }
      hop.close();
    }
  }
}
