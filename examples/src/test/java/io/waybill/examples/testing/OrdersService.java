package io.waybill.examples.testing;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.examples.demo.proto.InventoryGrpc.InventoryBlockingV2Stub;
import io.waybill.examples.demo.proto.Order;
import io.waybill.examples.demo.proto.OrdersGrpc.OrdersImplBase;
import io.waybill.examples.demo.proto.Placed;
import io.waybill.examples.demo.proto.Reservation;

/**
 * A service to be tested: it takes orders of those who are somebody, and reserves each in stock.
 */
final class OrdersService extends OrdersImplBase {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());

  private final InventoryBlockingV2Stub stock;

  OrdersService(InventoryBlockingV2Stub stock) {
    this.stock = stock;
  }

  @Override
  public void place(Order order, StreamObserver<Placed> caller) {
    if (RequestScope.current().get(USER) == null) {
      caller.onError(Status.UNAUTHENTICATED.asException());
      return;
    }
    try {
      reserve(order.getNumber());
      caller.onNext(Placed.getDefaultInstance());
      caller.onCompleted();
    } catch (StatusException failed) {
      caller.onError(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      caller.onError(Status.CANCELLED.asException());
    }
  }

  private void reserve(long number) throws StatusException, InterruptedException {
    var call = stock.reserve();
    call.write(Reservation.newBuilder().setNumber(number).build());
    call.halfClose();
    while (call.read() != null) {
      // One answer for each reservation.
    }
  }
}
