package io.waybill.examples.demo;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.examples.demo.proto.InventoryGrpc.InventoryImplBase;
import io.waybill.examples.demo.proto.Reservation;
import io.waybill.examples.demo.proto.Reserved;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.util.concurrent.ExecutorService;

/** Knows what is in stock. Calls nobody, so it names no destination. */
final class InventoryService implements Service {
  private final ExecutorService executor;
  private final Server server;

  /**
   * Starts the service.
   *
   * @param beforeLookup runs in each request, before its data is read
   */
  InventoryService(OpenTelemetry telemetry, Threads threads, Runnable beforeLookup)
      throws IOException {
    executor = threads.executor();
    Waybill waybill =
        ShopFields.declare(Waybill.builder(telemetry))
            // The operator vouches for this listener: it is on loopback, where only the shop is.
            .peers(peer -> TrustZone.OWN)
            .build();
    server =
        NettyServerBuilder.forAddress(Loopback.anyPort())
            .executor(executor)
            .intercept(WaybillGrpc.server(waybill))
            .addService(new Inventory(beforeLookup))
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    executor.shutdown();
  }

  private static final class Inventory extends InventoryImplBase {
    private final Repository stock = new Repository("inventory");
    private final Runnable beforeLookup;

    Inventory(Runnable beforeLookup) {
      this.beforeLookup = beforeLookup;
    }

    /** Answers each message by itself; each is handled inside the request of its call. */
    @Override
    public StreamObserver<Reservation> reserve(StreamObserver<Reserved> caller) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Reservation reservation) {
          beforeLookup.run();
          String hop = stock.find(reservation.getNumber()).line();
          caller.onNext(Reserved.newBuilder().setHop(hop).build());
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
