package io.waybill.http.jdkserver;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerInterceptorContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The filter keeps the contract of servers. */
class ServerContractTest extends ServerInterceptorContract {

  @Override
  protected Server start(Waybill waybill, Service service) throws Exception {
    SmallServer server = SmallServer.start(waybill, exchange -> serve(service, exchange));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new Server() {
      @Override
      public CompletableFuture<Reply> call(Map<String, String> headers) {
        // The client would ask again by itself for a GET that is answered by nothing.
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create(server.origin())).POST(BodyPublishers.noBody());
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<String>> answer =
            client.sendAsync(request.build(), BodyHandlers.ofString());
        return cancelling(answer, answer.handle(ServerContractTest::reply));
      }

      @Override
      public void close() throws Exception {
        server.close();
      }
    };
  }

  /** The server learns of a client that is gone when it writes to it. */
  @Override
  protected boolean seesCancel() {
    return false;
  }

  private static void serve(Service service, HttpExchange exchange) {
    service.called("handler");
    var unused = service.serve().whenComplete((text, failure) -> answer(exchange, text, failure));
  }

  private static void answer(HttpExchange exchange, String text, Throwable failure) {
    try (exchange) {
      byte[] body = failure == null ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
      exchange.sendResponseHeaders(
          failure == null ? 200 : 500, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException clientIsGone) {
      // There is nobody left to answer.
    }
  }

  /** A handler that throws is answered by the end of the connection. */
  private static Reply reply(HttpResponse<String> response, Throwable failure) {
    if (failure != null) {
      return new Reply("none", "", Map.of());
    }
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, lines) -> headers.put(name, lines.get(0)));
    return new Reply(Integer.toString(response.statusCode()), response.body(), headers);
  }
}
