package io.waybill.interop;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import reactor.core.publisher.Mono;

/**
 * Calls that are made while another one is: by its interceptors, by whoever fetches its password,
 * or by its body. What the outer one gets is none of the inner one's.
 */
final class NestedCallers {
  /** An outer call, during which another is made. */
  interface Nest {
    void call(String outer, Inner inner) throws Exception;
  }

  /** The inner call. */
  interface Inner {
    void call() throws Exception;

    /** Returns this for code that throws nothing. */
    default Runnable unchecked() {
      return () -> {
        try {
          call();
        } catch (Exception failed) {
          throw new IllegalStateException(failed);
        }
      };
    }
  }

  private final Map<String, Nest> http = new LinkedHashMap<>();
  private final Map<String, Nest> grpc = new LinkedHashMap<>();
  private final HttpClient jdk = HttpClient.newHttpClient();

  NestedCallers() {
    http.put(
        "OkHttp's interceptor",
        (outer, inner) -> okHttp(outer, client -> client.addInterceptor(after(inner))));
    http.put(
        "OkHttp's network interceptor",
        (outer, inner) -> okHttp(outer, client -> client.addNetworkInterceptor(after(inner))));
    http.put("OkHttp's authenticator", NestedCallers::okHttpAuthenticator);
    http.put("Apache's interceptor", NestedCallers::apache);
    http.put("Apache async's interceptor", NestedCallers::apacheAsync);
    http.put("JDK's proxy selector", NestedCallers::jdkProxySelector);
    http.put("JDK's authenticator", NestedCallers::jdkAuthenticator);
    http.put("JDK's body", this::jdkBody);
    http.put("HttpURLConnection's authenticator", NestedCallers::urlConnectionAuthenticator);
    http.put("Reactor Netty's doOnRequest", NestedCallers::netty);
    grpc.put("gRPC's interceptor", (outer, inner) -> grpc(outer, new Before(inner)));
    grpc.put("gRPC's interceptor, at the start", (outer, inner) -> grpc(outer, new AtStart(inner)));
    grpc.put("gRPC's credentials", NestedCallers::grpcCredentials);
  }

  Map<String, Nest> http() {
    return http;
  }

  Map<String, Nest> grpc() {
    return grpc;
  }

  /** Returns ways to make a call that no instrumentation announces, or that takes headers along. */
  Map<String, HttpCallers.Caller> byHand() {
    Map<String, HttpCallers.Caller> byHand = new LinkedHashMap<>();
    byHand.put(
        "headers of a request, copied",
        (method, url) -> {
          HttpRequest template = HttpRequest.newBuilder(URI.create(url)).build();
          HttpURLConnection connection =
              (HttpURLConnection) URI.create(url).toURL().openConnection();
          template.headers().map().forEach((n, v) -> connection.setRequestProperty(n, v.get(0)));
          connection.getInputStream().readAllBytes();
        });
    byHand.put(
        "injected by hand",
        (method, url) -> {
          HttpURLConnection connection =
              (HttpURLConnection) URI.create(url).toURL().openConnection();
          GlobalOpenTelemetry.getPropagators()
              .getTextMapPropagator()
              .inject(Context.current(), connection, HttpURLConnection::setRequestProperty);
          connection.getInputStream().readAllBytes();
        });
    return byHand;
  }

  private interface With {
    void with(OkHttpClient.Builder client);
  }

  private static Interceptor after(Inner inner) {
    return chain -> {
      inner.unchecked().run();
      return chain.proceed(chain.request());
    };
  }

  private static void okHttp(String url, With with) throws IOException {
    OkHttpClient.Builder client = new OkHttpClient.Builder();
    with.with(client);
    client.build().newCall(new Request.Builder().url(url).build()).execute().close();
  }

  private static void okHttpAuthenticator(String url, Inner inner) throws IOException {
    okHttp(
        url + "?401=",
        client ->
            client.authenticator(
                (route, response) -> {
                  inner.unchecked().run();
                  return response.request().newBuilder().header("authorization", "x").build();
                }));
  }

  private static void apache(String url, Inner inner) throws IOException {
    try (CloseableHttpClient client =
        HttpClients.custom()
            .addRequestInterceptorLast((request, entity, context) -> inner.unchecked().run())
            .build()) {
      client.execute(ClassicRequestBuilder.get(url).build(), response -> response.getCode());
    }
  }

  private static void apacheAsync(String url, Inner inner) throws Exception {
    try (CloseableHttpAsyncClient client =
        HttpAsyncClients.custom()
            .addRequestInterceptorLast((request, entity, context) -> inner.unchecked().run())
            .build()) {
      client.start();
      client.execute(SimpleRequestBuilder.get(url).build(), null).get();
    }
  }

  private static void jdkProxySelector(String url, Inner inner) throws Exception {
    ProxySelector selector =
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            inner.unchecked().run();
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failed) {}
        };
    HttpClient.newBuilder()
        .proxy(selector)
        .build()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());
  }

  private static Authenticator asking(Inner inner) {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        inner.unchecked().run();
        return new PasswordAuthentication("u", new char[] {'p'});
      }
    };
  }

  private static void jdkAuthenticator(String url, Inner inner) throws Exception {
    HttpClient.newBuilder()
        .authenticator(asking(inner))
        .build()
        .send(HttpRequest.newBuilder(URI.create(url + "?401=")).build(), BodyHandlers.discarding());
  }

  private void jdkBody(String url, Inner inner) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .POST(
                BodyPublishers.ofInputStream(
                    () -> {
                      inner.unchecked().run();
                      return new ByteArrayInputStream(new byte[] {1});
                    }))
            .build();
    jdk.send(request, BodyHandlers.discarding());
  }

  private static void urlConnectionAuthenticator(String url, Inner inner) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + "?401=").toURL().openConnection();
    connection.setAuthenticator(asking(inner));
    connection.getInputStream().readAllBytes();
  }

  private static void netty(String url, Inner inner) {
    reactor.netty.http.client.HttpClient.create()
        .doOnRequest(
            (request, connection) -> {
              Thread other = new Thread(Context.current().wrap(inner.unchecked()));
              other.start();
              try {
                other.join();
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
            })
        .get()
        .uri(url)
        .responseContent()
        .aggregate()
        .onErrorResume(failed -> Mono.empty())
        .block();
  }

  private static void grpc(String target, ClientInterceptor interceptor) {
    ManagedChannel channel = GrpcCaller.channel(target.split("/")[0], interceptor);
    GrpcCaller.call(channel, CallOptions.DEFAULT, target.split("/")[1]);
    channel.shutdown();
  }

  private static void grpcCredentials(String target, Inner inner) {
    CallCredentials credentials =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo request, Executor executor, MetadataApplier applier) {
            executor.execute(
                () -> {
                  inner.unchecked().run();
                  applier.apply(new Metadata());
                });
          }
        };
    ManagedChannel channel = GrpcCaller.channel(target.split("/")[0]);
    GrpcCaller.call(
        channel, CallOptions.DEFAULT.withCallCredentials(credentials), target.split("/")[1]);
    channel.shutdown();
  }

  private record Before(Inner inner) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      inner.unchecked().run();
      return next.newCall(method, options);
    }
  }

  private record AtStart(Inner inner) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          inner.unchecked().run();
          super.start(listener, headers);
        }
      };
    }
  }
}
