package io.waybill.examples.testing;

import static io.waybill.examples.testing.OrdersService.TENANT;
import static io.waybill.examples.testing.OrdersService.USER;
import static io.waybill.testing.WaybillAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.waybill.examples.demo.proto.InventoryGrpc;
import io.waybill.examples.demo.proto.Order;
import io.waybill.examples.demo.proto.OrdersGrpc;
import io.waybill.examples.demo.proto.Reservation;
import io.waybill.examples.demo.proto.Reserved;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.RotatingAuthorizationServer;
import io.waybill.testing.TestHops;
import io.waybill.testing.TestHops.Hop;
import io.waybill.testing.TestHops.Running;
import io.waybill.testing.TestPeer;
import io.waybill.testing.leaks.ContextLeakExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a service of yours is tested: its own code, real sockets, and whose its requests were. */
@ExtendWith(ContextLeakExtension.class)
class OrdersServiceTest {
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void closeChannels() throws InterruptedException {
    for (ManagedChannel channel : channels) {
      assertThat(channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void order_isReservedForItsUser() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER).carry(TENANT))) {
      Hop stock = hops.start(waybill -> serve(new Stock(), waybill));
      Hop orders = hops.start(waybill -> serve(ordersAt(stock, waybill), waybill), stock);
      Waybill client = hops.client(orders);

      client.request().with(USER, "u1").run(() -> place(client, orders));

      assertThat(orders.scope()).has(USER, "u1").isEnded();
      assertThat(stock.scope()).has(USER, "u1").lacks(TENANT).isEnded();
    }
  }

  @Test
  void order_ofNobodyIsRefused() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER).carry(TENANT))) {
      Hop stock = hops.start(waybill -> serve(new Stock(), waybill));
      Hop orders = hops.start(waybill -> serve(ordersAt(stock, waybill), waybill), stock);

      assertThatThrownBy(() -> place(hops.client(orders), orders)).hasMessage("UNAUTHENTICATED");

      assertThat(stock.scopes()).isEmpty();
    }
  }

  @Test
  void token_isRenewed() throws Exception {
    try (RotatingAuthorizationServer oauth = RotatingAuthorizationServer.start()) {
      RotatingAuthorizationServer.Tokens tokens = oauth.logIn("u1");
      oauth.expireAccessTokens();
      RotatingAuthorizationServer.Tokens fresh = oauth.refresh(tokens.refresh());

      assertThat(oauth.userOrNull(fresh.access())).isEqualTo("u1");
      assertThat(oauth.reuses()).isZero();
    }
  }

  @Test
  void edge_isBelievedByItsCertificate() {
    PeerRules rules = PeerRules.none().verified("dns:edge.shop.internal", TrustZone.OWN);

    assertThat(rules.apply(TestPeer.named("dns:edge.shop.internal").peer()))
        .isEqualTo(TrustZone.OWN);
    assertThat(rules.apply(TestPeer.named("dns:evil.example").peer())).isEqualTo(TrustZone.PUBLIC);
  }

  private OrdersService ordersAt(Hop stock, Waybill waybill) {
    return new OrdersService(
        WaybillGrpc.wrap(InventoryGrpc.newBlockingV2Stub(channel(stock)), waybill));
  }

  private void place(Waybill waybill, Hop orders) {
    WaybillGrpc.wrap(OrdersGrpc.newBlockingStub(channel(orders)), waybill)
        .place(Order.newBuilder().setNumber(1).build());
  }

  private ManagedChannel channel(Hop hop) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", hop.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static Running serve(BindableService service, Waybill waybill) throws IOException {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        WaybillGrpc.install(NettyServerBuilder.forAddress(any).addService(service), waybill)
            .build()
            .start();
    return new Running(
        "grpc://127.0.0.1:" + server.getPort(), () -> server.shutdownNow().awaitTermination());
  }

  /** Has everything. */
  private static final class Stock extends InventoryGrpc.InventoryImplBase {
    @Override
    public StreamObserver<Reservation> reserve(StreamObserver<Reserved> caller) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Reservation reservation) {
          caller.onNext(Reserved.getDefaultInstance());
        }

        @Override
        public void onError(Throwable cancelled) {
          // There is nobody left to answer.
        }

        @Override
        public void onCompleted() {
          caller.onCompleted();
        }
      };
    }
  }
}
