package io.waybill.beside.spring;

import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Queue;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/** What Spring's clients stand over: its own request factory over a client of ours. */
enum Over {
  JDK {
    @Override
    ClientHttpRequestFactory open(@Nullable Waybill waybill, Runnable below) {
      HttpClient.Builder builder =
          waybill == null ? HttpClient.newBuilder() : WaybillHttpClient.newBuilder(waybill);
      return new JdkClientHttpRequestFactory(
          builder
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .proxy(new Below(below))
              .build());
    }
  },
  HTTP_COMPONENTS {
    @Override
    ClientHttpRequestFactory open(@Nullable Waybill waybill, Runnable below) {
      HttpClientBuilder builder =
          HttpClientBuilder.create()
              .setConnectionManager(
                  PoolingHttpClientConnectionManagerBuilder.create()
                      .setMaxConnPerRoute(200)
                      .setMaxConnTotal(200)
                      .build());
      if (waybill != null) {
        WaybillApacheHttp.install(builder, waybill);
      }
      builder.addRequestInterceptorLast((request, entity, context) -> below.run());
      return new Stoppable(builder.build());
    }
  };

  /** Where a call of this thread says how it is stopped, by more than an interrupt. */
  static final ThreadLocal<@Nullable Queue<Runnable>> STOPS = new ThreadLocal<>();

  /**
   * Opens a client that follows redirects.
   *
   * @param waybill the set-up; null for none
   * @param below to be run below Waybill, in each call
   */
  abstract ClientHttpRequestFactory open(@Nullable Waybill waybill, Runnable below);

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

  /** A thread that reads from a socket does not look at interrupts. */
  private static final class Stoppable extends HttpComponentsClientHttpRequestFactory {
    Stoppable(org.apache.hc.client5.http.classic.HttpClient client) {
      super(client);
    }

    @Override
    protected ClassicHttpRequest createHttpUriRequest(HttpMethod method, URI uri) {
      ClassicHttpRequest request = super.createHttpUriRequest(method, uri);
      Queue<Runnable> stops = STOPS.get();
      if (stops != null && request instanceof HttpUriRequestBase stoppable) {
        stops.add(stoppable::cancel);
      }
      return request;
    }
  }
}
