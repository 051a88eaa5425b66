package io.waybill.examples.demo;

import static io.waybill.examples.demo.ShopFields.LOCALE;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/** Charges orders, through a partner outside of the shop, who is told the language and no more. */
final class BillingService implements Service {
  private final WebServer server;

  BillingService(OpenTelemetry telemetry, Threads threads, URI partner) {
    Waybill waybill =
        ShopFields.declare(Waybill.builder(telemetry))
            // The operator vouches for this listener: it is on loopback, where only the shop is.
            .peers(peer -> TrustZone.OWN)
            .destination(partner.toString(), TrustZone.PARTNER, LOCALE)
            .build();
    HttpClient client =
        WaybillHttpClient.newBuilder(waybill).version(HttpClient.Version.HTTP_1_1).build();

    ServletContextHandler content = new ServletContextHandler();
    content.addFilter(WaybillFilter.of(waybill), "/*", EnumSet.allOf(DispatcherType.class));
    content.addServlet(new Charges(client, partner.resolve("/payments")), "/charges");
    server = WebServer.start(content, threads);
  }

  URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    server.close();
  }

  private static final class Charges extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Repository charges = new Repository("billing");
    private final transient HttpClient partner;
    private final URI payments;

    Charges(HttpClient partner, URI payments) {
      this.partner = partner;
      this.payments = payments;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      long number = OrderForm.number(request.getParameter(OrderForm.ORDER));
      Hop hop = charges.find(number);
      OrderForm.send(partner, OrderForm.post(payments, number).build());
      response.setContentType("text/plain");
      response.getWriter().println(hop.line());
    }
  }
}
