package io.waybill.http.jdk;

import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The wrapped client keeps the contract of clients. */
class ClientContractTest extends ClientInterceptorContract {

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    HttpClient.Builder builder =
        waybill == null ? HttpClient.newBuilder() : WaybillHttpClient.newBuilder(waybill);
    HttpClient client =
        builder.version(HttpClient.Version.HTTP_1_1).proxy(new Below(below)).build();
    return new OpenClient(client, URI.create(origin));
  }

  private record OpenClient(HttpClient client, URI origin) implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      return text(client.send(request(headers), BodyHandlers.ofString()));
    }

    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request(headers), reporting(callback));
      return cancelling(answer, answer.thenApply(OpenClient::text));
    }

    private HttpRequest request(Map<String, String> headers) {
      HttpRequest.Builder request = HttpRequest.newBuilder(origin);
      headers.forEach(request::header);
      return request.build();
    }

    private static BodyHandler<String> reporting(Consumer<String> callback) {
      return response -> {
        callback.accept("handler");
        return BodySubscribers.mapping(
            BodySubscribers.ofString(StandardCharsets.UTF_8),
            text -> {
              callback.accept("mapping");
              return text;
            });
      };
    }

    private static String text(HttpResponse<String> response) {
      return response.statusCode() + " " + response.body();
    }

    @Override
    public void close() {}
  }

  /** The client asks for a proxy on the thread that sends, below what Waybill makes current. */
  private static final class Below extends ProxySelector {
    private final Runnable task;

    Below(Runnable task) {
      this.task = task;
    }

    @Override
    public List<Proxy> select(URI uri) {
      task.run();
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
  }
}
