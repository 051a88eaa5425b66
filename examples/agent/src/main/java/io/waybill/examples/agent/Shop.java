package io.waybill.examples.agent;

import io.grpc.Channel;
import io.grpc.netty.NettyChannelBuilder;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Four services as anybody writes them. Nothing here knows Waybill, or passes an identity on. */
final class Shop {
  private static final String PLACE = "shop.Orders/Place";
  private static final String RESERVE = "shop.Inventory/Reserve";

  private Shop() {}

  /** Starts them at the ports of {@link Ports}, and says so. */
  public static void main(String[] arguments) throws Exception {
    Ports ports = Ports.parse(arguments);
    inventory(ports);
    billing(ports);
    orders(ports);
    edge(ports);
    System.out.println("open");
  }

  private static void edge(Ports ports) throws Exception {
    Channel orders = channel(ports.orders());
    serve(
        "/checkout",
        order -> Hop.here("edge", order) + "\n" + Rpc.call(orders, PLACE, order),
        ports.gateway(),
        ports.street());
  }

  private static void orders(Ports ports) throws IOException {
    Channel inventory = channel(ports.inventory());
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI charges = URI.create("http://127.0.0.1:" + ports.billing() + "/charges?order=");
    Rpc.serve(
        ports.orders(),
        PLACE,
        order ->
            String.join(
                "\n",
                Hop.here("orders", order),
                Rpc.call(inventory, RESERVE, order),
                get(client, charges, order)));
  }

  private static String get(HttpClient client, URI uri, String order) {
    try {
      return client
          .send(HttpRequest.newBuilder(URI.create(uri + order)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void inventory(Ports ports) throws IOException {
    Rpc.serve(ports.inventory(), RESERVE, order -> Hop.here("inventory", order));
  }

  private static void billing(Ports ports) throws Exception {
    OkHttpClient client = new OkHttpClient();
    String payments = "http://127.0.0.1:" + ports.partner() + "/payments?order=";
    serve(
        "/charges",
        order -> {
          Request payment = new Request.Builder().url(payments + order).build();
          try (Response paid = client.newCall(payment).execute()) {
            return Hop.here("billing", order);
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
        },
        ports.billing());
  }

  private static Channel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private static void serve(String path, UnaryOperator<String> answer, int... ports)
      throws Exception {
    Server server = new Server();
    for (int port : ports) {
      ServerConnector connector = new ServerConnector(server);
      connector.setHost("127.0.0.1");
      connector.setPort(port);
      server.addConnector(connector);
    }
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(new Page(answer)), path);
    server.setHandler(context);
    server.start();
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient UnaryOperator<String> answer;

    Page(UnaryOperator<String> answer) {
      this.answer = answer;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/plain");
      response.getWriter().print(answer.apply(request.getParameter("order")));
    }
  }
}
