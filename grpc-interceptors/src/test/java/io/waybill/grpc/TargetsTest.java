package io.waybill.grpc;

import static io.opentelemetry.semconv.ServerAttributes.SERVER_ADDRESS;
import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.StatusOr;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.opentelemetry.api.trace.SpanKind;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a call's destination and a server's peer are where there is no host and port. */
class TargetsTest {
  private final TwoSides sides = new TwoSides();
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  /** The authority is "localhost", like that of a server on this machine: plaintext, port 80. */
  @Test
  void inProcess_isLocalhost() throws Exception {
    Server server =
        WaybillGrpc.install(
                InProcessServerBuilder.forName("targets-test").addService(HopService.tellingUser()),
                serving())
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName("targets-test").build();
    try {
      assertThat(channel.authority()).isEqualTo("localhost");
      assertThat(userAt(channel, null, "grpc://localhost")).isEqualTo("anna");
      assertThat(userAt(channel, null, "grpc://elsewhere")).isEqualTo("nobody");
      assertThat(peers.take().verifiedNames()).isEmpty();
    } finally {
      stop(channel, server);
    }
  }

  /** No rule can name a socket file: identity goes there only if the operator says what it is. */
  @Test
  void unixSocket_isNowhereUnlessNamed() throws Exception {
    Path folder = Files.createTempDirectory("hop");
    UnixDomainSocketAddress file = UnixDomainSocketAddress.of(folder.resolve("socket"));
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Server server =
        WaybillGrpc.install(
                NettyServerBuilder.forAddress(file)
                    .channelType(NioServerDomainSocketChannel.class)
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(loops)
                    .addService(HopService.tellingUser()),
                serving())
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(file)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loops)
            .usePlaintext()
            .build();
    try {
      assertThat(channel.authority()).isEqualTo(file.toString());
      assertThat(userAt(channel, null, "grpc://localhost")).isEqualTo("nobody");
      assertThat(sides.hops.spans.take(SpanKind.CLIENT).getAttributes().get(SERVER_ADDRESS))
          .isEqualTo(file.toString());
      assertThat(sides.hops.spans.take(SpanKind.SERVER).getAttributes().get(SERVER_ADDRESS))
          .isNull();
      Destination orders = Destination.grpc("orders.shop.internal", false);
      assertThat(userAt(channel, orders, "grpc://orders.shop.internal")).isEqualTo("anna");
      Peer peer = peers.take();
      assertThat(peer.verifiedNames()).isEmpty();
      assertThat(peer.listener()).isNotInstanceOf(InetSocketAddress.class);
    } finally {
      stop(channel, server);
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
      Files.deleteIfExists(file.getPath());
      Files.deleteIfExists(folder);
    }
  }

  /** The authority is what the resolver says, wherever the addresses are. */
  @Test
  void resolvedTarget_isItsAuthority() throws Exception {
    Server server = sides.hops.server(serving(), HopService.tellingUser());
    Resolving resolving = new Resolving(new InetSocketAddress("127.0.0.1", server.getPort()));
    NameResolverRegistry.getDefaultRegistry().register(resolving);
    try {
      ManagedChannel channel =
          sides.hops.open(NettyChannelBuilder.forTarget("hoptest:///whatever").usePlaintext());

      assertThat(channel.authority()).isEqualTo("orders.shop.internal");
      assertThat(userAt(channel, null, "grpc://orders.shop.internal")).isEqualTo("anna");
      assertThat(userAt(channel, null, Hops.origin(server))).isEqualTo("nobody");
    } finally {
      NameResolverRegistry.getDefaultRegistry().deregister(resolving);
    }
  }

  @Test
  void dnsTarget_isItsHostAndPort() throws Exception {
    Server server = sides.hops.server(serving(), HopService.tellingUser());
    ManagedChannel channel =
        sides.hops.open(
            NettyChannelBuilder.forTarget("dns:///127.0.0.1:" + server.getPort()).usePlaintext());

    assertThat(userAt(channel, null, Hops.origin(server))).isEqualTo("anna");
    assertThat(userAt(channel, null, "grpc://127.0.0.1")).isEqualTo("nobody");
  }

  private Waybill serving() {
    return sides.strict(
        sides
            .waybill()
            .peers(
                peer -> {
                  peers.add(peer);
                  return TrustZone.OWN;
                }));
  }

  /** Calls as anna, with identity released to {@code released}; returns who the server saw. */
  private String userAt(ManagedChannel channel, @Nullable Destination named, String released) {
    Waybill calling = sides.strict(sides.waybill().destination(released, TrustZone.OWN));
    HopGrpc.HopBlockingStub plain = HopGrpc.newBlockingStub(channel);
    HopGrpc.HopBlockingStub stub =
        named == null ? WaybillGrpc.wrap(plain, calling) : WaybillGrpc.wrap(plain, calling, named);
    return calling.request().with(USER, "anna").call(() -> stub.unary(note("")).getText());
  }

  private static void stop(ManagedChannel channel, Server server) throws InterruptedException {
    assertThat(channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static final class Resolving extends NameResolverProvider {
    private final SocketAddress address;

    Resolving(SocketAddress address) {
      this.address = address;
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }

    @Override
    public String getDefaultScheme() {
      return "hoptest";
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return target.getScheme().equals("hoptest") ? new Resolved() : null;
    }

    private final class Resolved extends NameResolver {
      @Override
      public String getServiceAuthority() {
        return "orders.shop.internal";
      }

      @Override
      public void start(Listener2 listener) {
        listener.onResult(
            ResolutionResult.newBuilder()
                .setAddressesOrError(
                    StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                .build());
      }

      @Override
      public void shutdown() {}
    }
  }
}
