package io.waybill.examples.demo;

import static io.waybill.examples.demo.ShopFields.COOKIES;
import static io.waybill.examples.demo.ShopFields.TOKENS;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.RequestScope;
import io.waybill.examples.demo.proto.OrdersGrpc;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.IncomingRequest;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/**
 * Where browsers come in. It believes nobody: a request has the identity that its cookie proves.
 */
final class EdgeService implements Service {
  private final ManagedChannel toOrders;
  private final WebServer server;

  EdgeService(OpenTelemetry telemetry, Threads threads, SessionTable sessions, int ordersPort) {
    String ordersAddress = "grpc://" + Loopback.HOST + ":" + ordersPort;
    // Nothing is said of peers, so whoever calls is PUBLIC.
    Waybill waybill =
        ShopFields.declare(Waybill.builder(telemetry))
            .keep(COOKIES)
            .onRequest(EdgeService::readCookies)
            .destination(ordersAddress, TrustZone.OWN)
            .keep(TOKENS)
            .credential(
                Credential.bearer(TOKENS, Tokens::access)
                    .to(ordersAddress)
                    .plaintext() // on loopback, where only the shop is
                    .renew(sessions.issuer()::renew)
                    .sharedBy(Tokens::refresh)
                    .renewed((old, fresh) -> sessions.replace(fresh)))
            .build();
    toOrders = NettyChannelBuilder.forAddress(Loopback.HOST, ordersPort).usePlaintext().build();
    var orders = WaybillGrpc.wrap(OrdersGrpc.newBlockingStub(toOrders), waybill);

    ServletContextHandler content = new ServletContextHandler();
    EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
    content.addFilter(new AccessLogFilter(), "/*", requests);
    content.addFilter(WaybillFilter.of(waybill), "/*", EnumSet.allOf(DispatcherType.class));
    content.addFilter(new AuthenticationFilter(sessions), "/*", requests);
    content.addServlet(new CheckoutServlet(orders), "/checkout");
    server = WebServer.start(content, threads);
  }

  URI uri() {
    return server.uri();
  }

  /** Runs before the filters behind Waybill's do. */
  private static void readCookies(IncomingRequest request, RequestScope scope) {
    Map<String, String> cookies = new HashMap<>();
    for (String line : request.headers("cookie")) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          cookies.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
      }
    }
    scope.set(COOKIES, cookies);
  }

  @Override
  public void close() {
    server.close();
    toOrders.shutdownNow();
  }
}
