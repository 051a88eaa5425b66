package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/** The classic client keeps the contract of clients. */
class ClientContractTest extends ClientInterceptorContract {

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(30)).build())
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(200)
                    .setMaxConnTotal(200)
                    .build());
    if (waybill != null) {
      WaybillApacheHttp.install(builder, waybill);
    }
    builder.addRequestInterceptorLast((request, entity, context) -> below.run());
    return new OpenClient(builder.build(), origin, Executors.newCachedThreadPool());
  }

  private record OpenClient(CloseableHttpClient client, String origin, ExecutorService threads)
      implements Client {

    @Override
    public String call(Map<String, String> headers) throws Exception {
      return client.execute(request(headers), OpenClient::text);
    }

    @Override
    public Callable<String> repeatable(Map<String, String> headers) {
      HttpClientContext shared = HttpClientContext.create();
      return () -> client.execute(request(headers), shared, OpenClient::text);
    }

    /** The application's own threads, with the application's own Context. */
    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      HttpGet request = request(headers);
      CompletableFuture<String> answer =
          new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
              boolean cancelled = super.cancel(mayInterrupt);
              request.cancel();
              return cancelled;
            }
          };
      threads.execute(Context.current().wrap(() -> run(request, callback, answer)));
      return answer;
    }

    private void run(HttpGet request, Consumer<String> callback, CompletableFuture<String> answer) {
      try {
        answer.complete(
            client.execute(
                request,
                response -> {
                  callback.accept("handler");
                  return text(response);
                }));
      } catch (Exception failure) {
        answer.completeExceptionally(failure);
      }
    }

    private HttpGet request(Map<String, String> headers) {
      HttpGet request = new HttpGet(origin);
      headers.forEach(request::addHeader);
      return request;
    }

    private static String text(ClassicHttpResponse response) throws java.io.IOException {
      try {
        return response.getCode() + " " + EntityUtils.toString(response.getEntity());
      } catch (org.apache.hc.core5.http.ParseException odd) {
        throw new java.io.IOException(odd);
      }
    }

    @Override
    public void close() throws Exception {
      client.close();
      threads.shutdownNow();
    }
  }
}
