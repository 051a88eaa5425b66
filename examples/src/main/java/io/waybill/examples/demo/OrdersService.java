package io.waybill.examples.demo;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.examples.demo.proto.InventoryGrpc;
import io.waybill.examples.demo.proto.InventoryGrpc.InventoryBlockingV2Stub;
import io.waybill.examples.demo.proto.Order;
import io.waybill.examples.demo.proto.OrdersGrpc.OrdersImplBase;
import io.waybill.examples.demo.proto.Placed;
import io.waybill.examples.demo.proto.Progress;
import io.waybill.examples.demo.proto.Reservation;
import io.waybill.examples.demo.proto.Reserved;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** Takes orders: reserves each at inventory, over gRPC, and has billing charge it, over HTTP. */
final class OrdersService implements Service {
  private final ExecutorService executor;
  private final ManagedChannel toInventory;
  private final Server server;

  OrdersService(
      OpenTelemetry telemetry,
      Threads threads,
      int inventoryPort,
      URI billing,
      Runnable beforeLookup,
      ServerInterceptor... checks)
      throws IOException {
    executor = threads.executor();
    Waybill waybill =
        ShopFields.declare(Waybill.builder(telemetry))
            // The operator vouches for this listener: it is on loopback, where only the shop is.
            .peers(peer -> TrustZone.OWN)
            .destination("grpc://" + Loopback.HOST + ":" + inventoryPort, TrustZone.OWN)
            .destination(billing.toString(), TrustZone.OWN)
            .build();
    toInventory =
        NettyChannelBuilder.forAddress(Loopback.HOST, inventoryPort).usePlaintext().build();
    var inventory = WaybillGrpc.wrap(InventoryGrpc.newBlockingV2Stub(toInventory), waybill);
    HttpClient client =
        WaybillHttpClient.newBuilder(waybill).version(HttpClient.Version.HTTP_1_1).build();
    Orders orders = new Orders(inventory, client, billing.resolve("/charges"), beforeLookup);
    server =
        NettyServerBuilder.forAddress(Loopback.anyPort())
            .executor(executor)
            .addService(ServerInterceptors.intercept(orders, checks)) // inside of Waybill's
            .intercept(WaybillGrpc.server(waybill))
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    toInventory.shutdownNow();
    executor.shutdown();
  }

  private static final class Orders extends OrdersImplBase {
    private final Repository orders = new Repository("orders");
    private final InventoryBlockingV2Stub inventory;
    private final HttpClient billing;
    private final URI charges;
    private final Runnable beforeLookup;

    Orders(
        InventoryBlockingV2Stub inventory, HttpClient billing, URI charges, Runnable beforeLookup) {
      this.inventory = inventory;
      this.billing = billing;
      this.charges = charges;
      this.beforeLookup = beforeLookup;
    }

    @Override
    public void place(Order order, StreamObserver<Placed> caller) {
      Placed.Builder placed = Placed.newBuilder();
      try {
        placed.addHops(find(order));
        placed.addHops(reserve(order.getNumber()));
        placed.addAllHops(charge(order.getNumber()));
      } catch (IOException | StatusException e) {
        caller.onError(Status.UNAVAILABLE.withCause(e).asException());
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        caller.onError(Status.CANCELLED.asException());
        return;
      }
      caller.onNext(placed.build());
      caller.onCompleted();
    }

    private String find(Order order) {
      beforeLookup.run();
      return orders.find(order.getNumber()).line();
    }

    private String reserve(long number) throws StatusException, InterruptedException {
      var call = inventory.reserve();
      call.write(Reservation.newBuilder().setNumber(number).build());
      call.halfClose();
      String hop = "";
      for (Reserved reserved = call.read(); reserved != null; reserved = call.read()) {
        hop = reserved.getHop();
      }
      return hop;
    }

    private List<String> charge(long number) throws IOException {
      return OrderForm.send(billing, OrderForm.post(charges, number).build()).lines().toList();
    }

    @Override
    public void track(Order order, StreamObserver<Progress> caller) {
      for (String stage : List.of("accepted", "packed")) {
        String hop = find(order);
        caller.onNext(Progress.newBuilder().setStage(stage).setHop(hop).build());
      }
      caller.onCompleted();
    }
  }
}
