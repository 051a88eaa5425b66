package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.context.Context;
import io.waybill.http.jdkserver.WaybillHttpServer;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.leftopen.Left.Way;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's server, and OkHttp: one thread of each, which the next one would find something on. */
@ParameterizedClass
@MethodSource("io.waybill.leftopen.Threads#available")
class HttpLibrariesTest {
  private final Waybill waybill = Left.waybill();
  private final ExecutorService serving;
  private final ExecutorService calling;
  private final HttpServer server;

  HttpLibrariesTest(Threads threads) throws IOException {
    serving = threads.pool(1);
    calling = threads.pool(1);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serving);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop(0);
    for (ExecutorService pool : new ExecutorService[] {serving, calling}) {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private interface Handler {
    void handle();
  }

  private void serve(Handler handler) {
    server
        .createContext(
            "/",
            exchange -> {
              exchange.sendResponseHeaders(200, -1);
              handler.handle();
              exchange.close();
            })
        .getFilters()
        .add(WaybillHttpServer.filter(waybill));
    server.start();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @ParameterizedTest
  @EnumSource
  void server_threadHoldsWhatItHeld(Way way) throws Exception {
    serve(() -> way.leave(waybill));

    way.expect(
        () ->
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(url())).build(), BodyHandlers.discarding()));

    assertThat(Left.contextOf(serving)).isSameAs(Context.root());
    way.requireFound(waybill);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KEY", "REQUEST"})
  void okHttp_threadHoldsWhatItHeld(Way way) throws Exception {
    serve(() -> {});
    OkHttpClient client =
        WaybillOkHttp.install(
                new OkHttpClient.Builder()
                    .dispatcher(new Dispatcher(calling))
                    .addInterceptor(
                        chain -> {
                          way.leave(waybill);
                          return chain.proceed(chain.request());
                        })
                    .addNetworkInterceptor(
                        chain -> {
                          way.leave(waybill);
                          return chain.proceed(chain.request());
                        }),
                waybill)
            .build();
    CompletableFuture<Integer> answered = new CompletableFuture<>();

    waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> {
              client
                  .newCall(new Request.Builder().url(url()).build())
                  .enqueue(
                      new Callback() {
                        @Override
                        public void onResponse(Call call, Response response) {
                          way.leave(waybill);
                          response.close();
                          answered.complete(response.code());
                        }

                        @Override
                        public void onFailure(Call call, IOException failure) {
                          answered.completeExceptionally(failure);
                        }
                      });
              return answered.get(30, TimeUnit.SECONDS);
            });

    assertThat(Left.contextOf(calling)).isSameAs(Context.root());
    way.requireFound(waybill);
    client.connectionPool().evictAll();
  }
}
