package io.waybill.examples.spring.orders;

import io.grpc.stub.StreamObserver;
import io.waybill.examples.spring.proto.Order;
import io.waybill.examples.spring.proto.OrdersGrpc.OrdersImplBase;
import io.waybill.examples.spring.proto.Placed;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/** Reserves what is ordered, and has it charged. */
@Service
class OrdersService extends OrdersImplBase {
  private final Stock stock;
  private final RestClient billing;

  OrdersService(Stock stock, RestClient billing) {
    this.stock = stock;
    this.billing = billing;
  }

  @Override
  public void place(Order order, StreamObserver<Placed> caller) {
    CompletableFuture<String> counted = stock.count(order.getNumber());
    caller.onNext(
        Placed.newBuilder()
            .addHops(stock.reserve(order.getNumber()))
            .addHops(counted.join())
            .addAllHops(charge(order.getNumber()))
            .build());
    caller.onCompleted();
  }

  private List<String> charge(long id) {
    String[] hops = billing.get().uri("/charges/{id}", id).retrieve().body(String[].class);
    return hops == null ? List.of() : Arrays.asList(hops);
  }
}
