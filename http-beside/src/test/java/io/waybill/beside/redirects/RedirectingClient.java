package io.waybill.beside.redirects;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import io.waybill.testing.TestPeer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/** A client that follows redirects wherever they lead, plain or with Waybill's adapter. */
enum RedirectingClient {
  JDK("the JDK's `HttpClient`") {
    @Override
    void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill) throws Exception {
      HttpClient.Builder builder =
          waybill == null ? HttpClient.newBuilder() : WaybillHttpClient.newBuilder(waybill);
      HttpClient client =
          builder
              .sslContext(PEER.sslContext())
              .followRedirects(HttpClient.Redirect.ALWAYS)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      HttpRequest.Builder request = HttpRequest.newBuilder(uri);
      headers.forEach(request::header);
      client.send(request.build(), BodyHandlers.discarding());
    }
  },
  OKHTTP("OkHttp") {
    @Override
    void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill) throws Exception {
      OkHttpClient.Builder builder =
          new OkHttpClient.Builder()
              .sslSocketFactory(
                  PEER.sslContext().getSocketFactory(), (X509TrustManager) PEER.trustManagers()[0]);
      OkHttpClient client =
          (waybill == null ? builder : WaybillOkHttp.install(builder, waybill)).build();
      Request request =
          new Request.Builder().url(uri.toString()).headers(Headers.of(headers)).build();
      try (Response response = client.newCall(request).execute()) {
        response.body().bytes();
      } finally {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
      }
    }
  },
  APACHE("Apache HttpClient, classic") {
    @Override
    void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill) throws Exception {
      HttpClientBuilder builder =
          HttpClients.custom()
              .setRedirectStrategy(new FollowAll())
              .setConnectionManager(
                  PoolingHttpClientConnectionManagerBuilder.create()
                      .setTlsSocketStrategy(new DefaultClientTlsStrategy(PEER.sslContext()))
                      .build());
      HttpGet request = new HttpGet(uri);
      headers.forEach(request::addHeader);
      try (CloseableHttpClient client =
          (waybill == null ? builder : WaybillApacheHttp.install(builder, waybill)).build()) {
        client.execute(request, response -> response.getCode());
      }
    }
  },
  APACHE_ASYNC("Apache HttpClient, asynchronous") {
    @Override
    void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill) throws Exception {
      HttpAsyncClientBuilder builder =
          HttpAsyncClients.custom()
              .setRedirectStrategy(new FollowAll())
              .setConnectionManager(
                  PoolingAsyncClientConnectionManagerBuilder.create()
                      .setTlsStrategy(
                          ClientTlsStrategyBuilder.create()
                              .setSslContext(PEER.sslContext())
                              .buildAsync())
                      .build());
      SimpleHttpRequest request = SimpleRequestBuilder.get(uri).build();
      headers.forEach(request::addHeader);
      try (CloseableHttpAsyncClient client =
          (waybill == null ? builder : WaybillApacheHttp.install(builder, waybill)).build()) {
        client.start();
        client.execute(request, null).get(30, TimeUnit.SECONDS);
      }
    }
  },
  /** Plain over Reactor Netty; ours is refused there, and goes over the JDK's client of ours. */
  WEB_CLIENT("Spring's `WebClient`") {
    @Override
    void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill) throws Exception {
      WebClient.Builder builder =
          waybill == null
              ? WebClient.builder().clientConnector(following())
              : WebClient.builder()
                  .clientConnector(WaybillWebFlux.trusted(deciding(waybill)))
                  .filter(WaybillWebFlux.clientFilter(waybill));
      builder
          .build()
          .get()
          .uri(uri)
          .headers(written -> headers.forEach(written::set))
          .retrieve()
          .toBodilessEntity()
          .block(Duration.ofSeconds(30));
    }

    private ClientHttpConnector following() throws SSLException {
      SslContext tls =
          SslContextBuilder.forClient()
              .trustManager((X509TrustManager) PEER.trustManagers()[0])
              .build();
      return new ReactorClientHttpConnector(
          reactor.netty.http.client.HttpClient.newConnection()
              .secure(secure -> secure.sslContext(tls))
              .followRedirect(true));
    }

    private ClientHttpConnector deciding(Waybill waybill) {
      return new JdkClientHttpConnector(
          WaybillHttpClient.newBuilder(waybill)
              .sslContext(PEER.sslContext())
              .followRedirects(HttpClient.Redirect.ALWAYS)
              .version(HttpClient.Version.HTTP_1_1)
              .build());
    }
  };

  static final TestPeer PEER = TestPeer.named("ip:127.0.0.1", "dns:localhost");

  /** As the page calls it. */
  final String label;

  RedirectingClient(String label) {
    this.label = label;
  }

  /**
   * Asks for {@code uri}, and goes where the answer leads.
   *
   * @param waybill null for the plain client
   */
  abstract void get(URI uri, Map<String, String> headers, @Nullable Waybill waybill)
      throws Exception;

  /** By default Apache's clients stay where they are if the request has credentials. */
  private static final class FollowAll extends DefaultRedirectStrategy {
    @Override
    public boolean isRedirectAllowed(
        HttpHost currentTarget,
        HttpHost newTarget,
        org.apache.hc.core5.http.HttpRequest redirect,
        HttpContext context) {
      return true;
    }
  }
}
