package io.waybill.interop;

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.util.context.ContextView;

/** The clients under test, by name; each follows redirects. One of each kind serves all calls. */
final class HttpCallers {
  /** Makes one call and waits for its answer. */
  interface Caller {
    void call(String method, String url) throws Exception;
  }

  private static final String BODY = "x";

  private final HttpClient jdk =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
  private final OkHttpClient okHttp = new OkHttpClient();
  private final CloseableHttpClient apache =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(32)
                  .setMaxConnTotal(64)
                  .build())
          .build();
  private final CloseableHttpAsyncClient apacheAsync = HttpAsyncClients.createDefault();
  private final reactor.netty.http.client.HttpClient netty =
      reactor.netty.http.client.HttpClient.create()
          .followRedirect((request, response) -> response.status().code() / 100 == 3);
  private final Map<String, Caller> all = new LinkedHashMap<>();

  HttpCallers() {
    apacheAsync.start();
    all.put("OkHttp", this::okHttp);
    all.put("OkHttp, enqueued", this::okHttpEnqueued);
    all.put("Apache", this::apache);
    all.put("Apache, by host", this::apacheByHost);
    all.put("Apache async", this::apacheAsync);
    all.put("JDK", (method, url) -> jdk.send(request(method, url), BodyHandlers.ofString()));
    all.put(
        "JDK async",
        (method, url) -> jdk.sendAsync(request(method, url), BodyHandlers.ofString()).get());
    all.put("HttpURLConnection", HttpCallers::urlConnection);
    all.put("Reactor Netty", this::netty);
    all.put("RestClient over JDK", restClient(new JdkClientHttpRequestFactory(jdk)));
    all.put("RestClient over HttpURLConnection", restClient(new SimpleClientHttpRequestFactory()));
    all.put(
        "RestClient over Apache", restClient(new HttpComponentsClientHttpRequestFactory(apache)));
    RestTemplate template = new RestTemplate(new SimpleClientHttpRequestFactory());
    all.put(
        "RestTemplate over HttpURLConnection",
        (method, url) ->
            template.execute(
                URI.create(url),
                HttpMethod.valueOf(method),
                request -> {
                  if (method.equals("POST")) {
                    request.getBody().write(BODY.getBytes());
                  }
                },
                response -> response.getStatusCode().value()));
    all.put("WebClient over Reactor Netty", webClient());
  }

  /** Returns the clients in the order of a table. */
  Map<String, Caller> all() {
    return all;
  }

  /**
   * Returns calls of {@code url} that are all made by one publisher, outside of all requests. Their
   * ids are in a header.
   */
  Caller published(String url) {
    Mono<String> publisher =
        netty
            .doOnRequest(
                (request, connection) ->
                    request.requestHeaders().set("call-id", id(request.currentContextView())))
            .get()
            .uri(url)
            .responseContent()
            .aggregate()
            .asString();
    return (method, id) -> publisher.contextWrite(context -> context.put("call-id", id)).block();
  }

  private static String id(ContextView context) {
    return context.get("call-id");
  }

  private void okHttp(String method, String url) throws Exception {
    try (Response response = okHttp.newCall(okHttpRequest(method, url)).execute()) {
      response.body().string();
    }
  }

  private void okHttpEnqueued(String method, String url) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    okHttp
        .newCall(okHttpRequest(method, url))
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, java.io.IOException failed) {
                answer.completeExceptionally(failed);
              }

              @Override
              public void onResponse(Call call, Response response) {
                response.close();
                answer.complete("done");
              }
            });
    answer.get();
  }

  private static Request okHttpRequest(String method, String url) {
    RequestBody body = method.equals("POST") ? RequestBody.create(BODY.getBytes()) : null;
    return new Request.Builder().url(url).method(method, body).build();
  }

  private static ClassicHttpRequest apacheRequest(String method, String url) {
    ClassicRequestBuilder request = ClassicRequestBuilder.create(method).setUri(url);
    return (method.equals("POST") ? request.setEntity(BODY) : request).build();
  }

  private void apache(String method, String url) throws Exception {
    apache.execute(apacheRequest(method, url), response -> response.getCode());
  }

  private void apacheByHost(String method, String url) throws Exception {
    URI uri = URI.create(url);
    String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    HttpHost host = HttpHost.create(uri.resolve("/"));
    apache.executeOpen(host, apacheRequest(method, path), null).close();
  }

  private void apacheAsync(String method, String url) throws Exception {
    SimpleHttpRequest request = SimpleRequestBuilder.create(method).setUri(url).build();
    if (method.equals("POST")) {
      request.setBody(BODY, ContentType.TEXT_PLAIN);
    }
    apacheAsync.execute(request, null).get();
  }

  private static HttpRequest request(String method, String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .method(
            method,
            method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString(BODY)
                : HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static void urlConnection(String method, String url) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod(method);
    if (method.equals("POST")) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(BODY.getBytes());
    }
    connection.getInputStream().readAllBytes();
  }

  private void netty(String method, String url) {
    netty
        .request(io.netty.handler.codec.http.HttpMethod.valueOf(method))
        .uri(url)
        .send(method.equals("POST") ? ByteBufFlux.fromString(Mono.just(BODY)) : Mono.empty())
        .responseContent()
        .aggregate()
        .asString()
        .block();
  }

  private static Caller restClient(ClientHttpRequestFactory factory) {
    RestClient client = RestClient.create(new RestTemplate(factory));
    return (method, url) -> {
      RestClient.RequestBodySpec call =
          client.method(HttpMethod.valueOf(method)).uri(URI.create(url));
      if (method.equals("POST")) {
        call.body(BODY.getBytes());
      }
      call.retrieve().toBodilessEntity();
    };
  }

  private Caller webClient() {
    WebClient client =
        WebClient.builder().clientConnector(new ReactorClientHttpConnector(netty)).build();
    return (method, url) -> {
      WebClient.RequestBodySpec call =
          client.method(HttpMethod.valueOf(method)).uri(URI.create(url));
      if (method.equals("POST")) {
        call.bodyValue(BODY.getBytes());
      }
      call.retrieve().toBodilessEntity().block();
    };
  }
}
