package io.waybill.http.okhttp;

import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import io.waybill.testing.UnauthenticatedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    RecordingServer server =
        RecordingServer.answering(
            exchange -> {
              Map<String, List<String>> headers = new HashMap<>();
              exchange
                  .getRequestHeaders()
                  .forEach((name, lines) -> headers.put(name.toLowerCase(Locale.ROOT), lines));
              answer(service, headers).to(exchange);
            });
    return new Server() {
      @Override
      public String origin() {
        return server.origin();
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  private static RecordingServer.Answer answer(Service service, Map<String, List<String>> headers) {
    try {
      String text = service.serve(headers).toCompletableFuture().get(30, TimeUnit.SECONDS);
      return RecordingServer.status(200, text);
    } catch (ExecutionException failed) {
      return failed.getCause() instanceof UnauthenticatedException rejected
          ? rejected(rejected.challenges())
          : RecordingServer.status(500, "");
    } catch (InterruptedException | TimeoutException stopped) {
      return RecordingServer.status(503, "");
    }
  }

  private static RecordingServer.Answer rejected(List<String> challenges) {
    return exchange -> {
      challenges.forEach(line -> exchange.getResponseHeaders().add("WWW-Authenticate", line));
      RecordingServer.status(401, "who are you?").to(exchange);
    };
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
