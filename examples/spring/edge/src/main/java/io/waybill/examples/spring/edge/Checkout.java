package io.waybill.examples.spring.edge;

import io.waybill.examples.spring.Seen;
import io.waybill.examples.spring.proto.Order;
import io.waybill.examples.spring.proto.OrdersGrpc.OrdersBlockingStub;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * Orders, and has the invoice written; the partner's offers end at a third party, by a redirect.
 */
@RestController
class Checkout {
  private static final Logger LOG = LoggerFactory.getLogger(Checkout.class);

  private final OrdersBlockingStub orders;
  private final Billing billing;
  private final RestClient partner;

  Checkout(OrdersBlockingStub orders, Billing billing, RestClient partner) {
    this.orders = orders;
    this.billing = billing;
    this.partner = partner;
  }

  @GetMapping("/checkout/{id}")
  List<String> checkout(@PathVariable long id) {
    LOG.info("checkout of order {}", id);
    List<String> placed =
        orders.place(Order.newBuilder().setNumber(id).build()).getHopsList().stream().toList();
    List<String> invoice = billing.invoice(id);
    partner.get().uri("/offers/{id}", id).retrieve().toBodilessEntity();
    return Stream.of(Stream.of(Seen.by("edge", id)), placed.stream(), invoice.stream())
        .flatMap(hops -> hops)
        .toList();
  }
}
