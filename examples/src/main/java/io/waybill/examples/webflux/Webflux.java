package io.waybill.examples.webflux;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServletHttpHandlerAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/** A service on WebFlux, without Boot, and a caller of it by WebClient. */
public final class Webflux {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private Webflux() {}

  /** Serves two calls. */
  public static void main(String[] args) throws Exception {
    Waybill service =
        Waybill.builder(OpenTelemetry.noop()).carry(USER).peers(peer -> TrustZone.OWN).build();
    Server server =
        start(
            WebHttpHandlerBuilder.webHandler(Webflux::serve)
                .filter(WaybillWebFlux.serverFilter(service))
                .build());
    try {
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      call("http://127.0.0.1:" + port);
    } finally {
      server.stop();
    }
  }

  private static void call(String orders) {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .destination(orders, TrustZone.OWN)
            .build();
    WebClient client =
        WebClient.builder()
            .baseUrl(orders)
            .clientConnector(WaybillWebFlux.connector(HttpClient.newHttpClient()))
            .filter(WaybillWebFlux.clientFilter(waybill))
            .build();
    Mono<String> text = client.get().uri("/orders").retrieve().bodyToMono(String.class);
    // One Mono, and each time the call of who subscribes.
    waybill.request().with(USER, "ada").run(() -> System.out.println(text.block()));
    waybill.request().with(USER, "ben").run(() -> System.out.println(text.block()));
  }

  private static Mono<Void> serve(ServerWebExchange exchange) {
    return Mono.deferContextual(
        view -> {
          String text = "Orders of " + WaybillWebFlux.scope(view).get(USER);
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          var response = exchange.getResponse();
          return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
        });
  }

  private static Server start(HttpHandler handler) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletHolder holder = new ServletHolder(new ServletHttpHandlerAdapter(handler));
    holder.setAsyncSupported(true);
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(holder, "/");
    server.setHandler(context);
    server.start();
    return server;
  }
}
