package io.waybill.http.okhttp;

import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A client with Waybill keeps the contract of clients. */
class ClientContractTest extends ClientInterceptorContract {

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    OkHttpClient.Builder builder = new OkHttpClient.Builder();
    if (waybill != null) {
      WaybillOkHttp.install(builder, waybill);
    }
    OkHttpClient client =
        builder
            .addNetworkInterceptor(
                chain -> {
                  below.run();
                  return chain.proceed(chain.request());
                })
            .build();
    return new OpenClient(client, origin);
  }

  private record OpenClient(OkHttpClient client, String origin) implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      try (Response response = client.newCall(request(headers)).execute()) {
        return text(response);
      }
    }

    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      Call call = client.newCall(request(headers));
      call.enqueue(
          new Callback() {
            @Override
            public void onResponse(Call answered, Response response) throws IOException {
              callback.accept("onResponse");
              try (response) {
                answer.complete(text(response));
              }
            }

            @Override
            public void onFailure(Call failed, IOException failure) {
              callback.accept("onFailure");
              answer.completeExceptionally(failure);
            }
          });
      CompletableFuture<Void> cancelled =
          new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
              call.cancel();
              return super.cancel(mayInterrupt);
            }
          };
      return cancelling(cancelled, answer);
    }

    @Override
    public Callable<String> repeatable(Map<String, String> headers) {
      Call first = client.newCall(request(headers));
      return () -> {
        try (Response response = first.clone().execute()) {
          return text(response);
        }
      };
    }

    private Request request(Map<String, String> headers) {
      Request.Builder request = new Request.Builder().url(origin);
      headers.forEach(request::addHeader);
      return request.build();
    }

    private static String text(Response response) throws IOException {
      return response.code() + " " + response.body().string();
    }

    @Override
    public void close() throws Exception {
      client.dispatcher().executorService().shutdown();
      client.dispatcher().executorService().awaitTermination(30, TimeUnit.SECONDS);
      client.connectionPool().evictAll();
    }
  }
}
