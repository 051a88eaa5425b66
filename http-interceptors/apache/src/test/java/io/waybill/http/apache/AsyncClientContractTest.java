package io.waybill.http.apache;

import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;

/** The asynchronous client keeps the contract of clients. */
class AsyncClientContractTest extends ClientInterceptorContract {

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    HttpAsyncClientBuilder builder =
        HttpAsyncClientBuilder.create()
            .setConnectionManager(
                PoolingAsyncClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(200)
                    .setMaxConnTotal(200)
                    .build());
    if (waybill != null) {
      WaybillApacheHttp.install(builder, waybill);
    }
    builder.addExecInterceptorLast(
        "below",
        (request, body, scope, chain, callback) -> {
          below.run();
          chain.proceed(request, body, scope, callback);
        });
    CloseableHttpAsyncClient client = builder.build();
    client.start();
    return new OpenClient(client, origin);
  }

  private record OpenClient(CloseableHttpAsyncClient client, String origin) implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      return callAsync(headers, name -> {}).get(60, TimeUnit.SECONDS);
    }

    @Override
    public Callable<String> repeatable(Map<String, String> headers) {
      HttpClientContext shared = HttpClientContext.create();
      return () -> callAsync(headers, shared, name -> {}).get(60, TimeUnit.SECONDS);
    }

    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      return callAsync(headers, HttpClientContext.create(), callback);
    }

    private CompletableFuture<String> callAsync(
        Map<String, String> headers, HttpClientContext context, Consumer<String> callback) {
      SimpleRequestBuilder request = SimpleRequestBuilder.get(origin);
      headers.forEach(request::addHeader);
      SimpleHttpRequest built = request.build();
      CompletableFuture<String> answer = new CompletableFuture<>();
      Future<SimpleHttpResponse> source =
          client.execute(
              built,
              context,
              new FutureCallback<>() {
                @Override
                public void completed(SimpleHttpResponse response) {
                  callback.accept("completed");
                  answer.complete(response.getCode() + " " + response.getBodyText());
                }

                @Override
                public void failed(Exception failure) {
                  callback.accept("failed");
                  answer.completeExceptionally(failure);
                }

                @Override
                public void cancelled() {
                  answer.cancel(false);
                }
              });
      return cancelling(source, answer);
    }

    @Override
    public void close() throws Exception {
      client.close();
    }
  }
}
