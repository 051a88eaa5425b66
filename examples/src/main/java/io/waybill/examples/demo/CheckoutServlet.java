package io.waybill.examples.demo;

import static io.waybill.examples.demo.ShopFields.PLAN;
import static io.waybill.examples.demo.ShopFields.TENANT;

import io.waybill.RequestScope;
import io.waybill.examples.demo.proto.Order;
import io.waybill.examples.demo.proto.OrdersGrpc.OrdersBlockingStub;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks a cart out: places the order, and follows it until it is under way. */
final class CheckoutServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Repository carts = new Repository("edge");
  private final transient OrdersBlockingStub orders;

  CheckoutServlet(OrdersBlockingStub orders) {
    this.orders = orders;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long number = OrderForm.number(request.getParameter(OrderForm.ORDER));
    if (number < 0) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "no order number");
      return;
    }
    RequestScope scope = RequestScope.current();
    // Seen by everything below, here and in the other services.
    RequestScope planned = scope.with(PLAN, Plan.of(scope.require(TENANT)));
    List<String> hops = planned.call(() -> checkOut(number));
    response.setContentType("text/plain");
    response.getWriter().println(String.join("\n", hops));
  }

  private List<String> checkOut(long number) {
    Order order = Order.newBuilder().setNumber(number).build();
    List<String> hops = new ArrayList<>();
    hops.add(carts.find(number).line());
    hops.addAll(orders.place(order).getHopsList());
    orders.track(order).forEachRemaining(progress -> hops.add(progress.getHop()));
    return hops;
  }
}
