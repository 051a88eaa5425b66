package io.waybill.opentelemetry.instrumentation;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.apachehttpclient.v5_2.ApacheHttpClientTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.instrumentation.spring.web.v3_1.SpringWebTelemetry;
import io.opentelemetry.instrumentation.spring.webflux.v5_3.SpringWebfluxClientTelemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

/** A client that follows redirects, with OpenTelemetry's library instrumentation. */
enum InstrumentedClient {
  OKHTTP("OkHttp", "okhttp-3.0", true) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) throws Exception {
      OkHttpClient client = new OkHttpClient();
      try (Response response = call(openTelemetry, client, uri).execute()) {
        response.body().bytes();
      } finally {
        close(client);
      }
    }
  },
  OKHTTP_ENQUEUED("OkHttp, enqueued", "okhttp-3.0", true) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) throws Exception {
      OkHttpClient client = new OkHttpClient();
      CompletableFuture<Integer> status = new CompletableFuture<>();
      call(openTelemetry, client, uri)
          .enqueue(
              new Callback() {
                @Override
                public void onFailure(Call call, IOException failure) {
                  status.completeExceptionally(failure);
                }

                @Override
                public void onResponse(Call call, Response response) {
                  try (response) {
                    status.complete(response.code());
                  }
                }
              });
      try {
        status.get(60, TimeUnit.SECONDS);
      } finally {
        close(client);
      }
    }
  },
  APACHE("Apache HttpClient, classic", "apache-httpclient-5.2", true) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) throws Exception {
      try (CloseableHttpClient client =
          ApacheHttpClientTelemetry.create(openTelemetry).newHttpClient()) {
        client.execute(new HttpGet(uri), response -> response.getCode());
      }
    }
  },
  REST_CLIENT_OVER_JDK("RestClient over the JDK's client", "spring-web-3.1", false) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) {
      HttpClient follows =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
      restClient(openTelemetry, new JdkClientHttpRequestFactory(follows), uri);
    }
  },
  REST_CLIENT_OVER_URL_CONNECTION("RestClient over HttpURLConnection", "spring-web-3.1", false) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) {
      restClient(openTelemetry, new SimpleClientHttpRequestFactory(), uri);
    }
  },
  REST_CLIENT_OVER_APACHE("RestClient over Apache HttpClient", "spring-web-3.1", false) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) {
      restClient(openTelemetry, new HttpComponentsClientHttpRequestFactory(), uri);
    }
  },
  REST_TEMPLATE("RestTemplate", "spring-web-3.1", false) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) {
      RestTemplate client = new RestTemplate();
      client.setInterceptors(List.of(SpringWebTelemetry.create(openTelemetry).createInterceptor()));
      client.getForEntity(uri, Void.class);
    }
  },
  WEB_CLIENT("WebClient over Reactor Netty", "spring-webflux-5.3", false) {
    @Override
    void get(OpenTelemetry openTelemetry, URI uri) {
      WebClient.builder()
          .clientConnector(
              new ReactorClientHttpConnector(
                  reactor.netty.http.client.HttpClient.newConnection().followRedirect(true)))
          .filters(SpringWebfluxClientTelemetry.create(openTelemetry)::addFilter)
          .build()
          .get()
          .uri(uri)
          .retrieve()
          .toBodilessEntity()
          .block(Duration.ofSeconds(60));
    }
  };

  /** As the page calls it. */
  final String label;

  /** As {@code waybill.redirects.trust} has it. */
  final String instrumentation;

  /** Whether its instrumentation stands below its redirects. */
  final boolean decidesPerHop;

  InstrumentedClient(String label, String instrumentation, boolean decidesPerHop) {
    this.label = label;
    this.instrumentation = instrumentation;
    this.decidesPerHop = decidesPerHop;
  }

  /** Asks for {@code uri}, and goes where the answer leads. */
  abstract void get(OpenTelemetry openTelemetry, URI uri) throws Exception;

  static Call call(OpenTelemetry openTelemetry, OkHttpClient client, URI uri) {
    return OkHttpTelemetry.create(openTelemetry)
        .createCallFactory(client)
        .newCall(new Request.Builder().url(uri.toString()).build());
  }

  static void close(OkHttpClient client) {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static void restClient(
      OpenTelemetry openTelemetry, ClientHttpRequestFactory factory, URI uri) {
    RestClient.builder()
        .requestFactory(factory)
        .requestInterceptor(SpringWebTelemetry.create(openTelemetry).createInterceptor())
        .build()
        .get()
        .uri(uri)
        .retrieve()
        .toBodilessEntity();
  }
}
