package io.waybill.beside.telemetry;

import io.micrometer.core.instrument.binder.httpcomponents.hc5.ObservationExecChainHandler;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpObservationInterceptor;
import io.opentelemetry.instrumentation.apachehttpclient.v5_2.ApacheHttpClientTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.internal.OkHttpClientInstrumenterBuilderFactory;
import io.opentelemetry.instrumentation.okhttp.v3_0.internal.TracingInterceptor;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.okhttp.WaybillOkHttp;
import java.net.URI;
import java.net.http.HttpClient;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.observation.HttpClientObservationSupport;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Another instrumentation of a client, and where it stands, seen from Waybill. */
enum Neighbour {
  /** As its users set it up: its interceptors are put in front of all others. */
  TELEMETRY_OUTSIDE_OKHTTP(true) {
    @Override
    Client open(Beside beside) {
      return okHttp(
          OkHttpTelemetry.create(beside.openTelemetry)
              .createCallFactory(
                  WaybillOkHttp.install(new OkHttpClient.Builder(), beside.waybill).build()));
    }
  },
  /** By its internal interceptor, as it could come there. */
  TELEMETRY_INSIDE_OKHTTP(false) {
    @Override
    Client open(Beside beside) {
      Interceptor theirs =
          new TracingInterceptor(
              OkHttpClientInstrumenterBuilderFactory.create(beside.openTelemetry).build(),
              beside.openTelemetry.getPropagators());
      return okHttp(
          WaybillOkHttp.install(new OkHttpClient.Builder(), beside.waybill)
              .addNetworkInterceptor(theirs)
              .build());
    }
  },
  /** As its users set it up: what is installed into its builder later is outside of it. */
  TELEMETRY_INSIDE_APACHE(false) {
    @Override
    Client open(Beside beside) {
      HttpClientBuilder builder =
          ApacheHttpClientTelemetry.create(beside.openTelemetry).newHttpClientBuilder();
      return apache(WaybillApacheHttp.install(builder, beside.waybill).build());
    }
  },
  MICROMETER_OUTSIDE_OKHTTP(false) {
    @Override
    Client open(Beside beside) {
      return okHttp(
          WaybillOkHttp.install(
                  new OkHttpClient.Builder().addInterceptor(observing(beside)), beside.waybill)
              .build());
    }
  },
  MICROMETER_INSIDE_OKHTTP(false) {
    @Override
    Client open(Beside beside) {
      return okHttp(
          WaybillOkHttp.install(new OkHttpClient.Builder(), beside.waybill)
              .addNetworkInterceptor(observing(beside))
              .build());
    }
  },
  MICROMETER_OUTSIDE_APACHE(false) {
    @Override
    Client open(Beside beside) {
      return apache(
          WaybillApacheHttp.install(HttpClientBuilder.create(), beside.waybill)
              .addExecInterceptorAfter(
                  ChainElement.RETRY.name(), "micrometer", observingApache(beside))
              .build());
    }
  },
  MICROMETER_INSIDE_APACHE(false) {
    @Override
    Client open(Beside beside) {
      return apache(
          WaybillApacheHttp.install(HttpClientBuilder.create(), beside.waybill)
              .addExecInterceptorLast("micrometer", observingApache(beside))
              .build());
    }
  },
  /** It sends nothing: its span is INTERNAL, around ours or beside it. */
  APACHES_OWN_OUTSIDE(false) {
    @Override
    Client open(Beside beside) {
      HttpClientBuilder builder =
          WaybillApacheHttp.install(HttpClientBuilder.create(), beside.waybill);
      HttpClientObservationSupport.enable(builder, beside.registry);
      return apache(builder.build());
    }
  },
  APACHES_OWN_INSIDE(false) {
    @Override
    Client open(Beside beside) {
      HttpClientBuilder builder = HttpClientBuilder.create();
      HttpClientObservationSupport.enable(builder, beside.registry);
      return apache(WaybillApacheHttp.install(builder, beside.waybill).build());
    }
  },
  /** It has its scope open around the call, so that ours sees its span. */
  SPRING_OUTSIDE_JDK(true) {
    @Override
    Client open(Beside beside) {
      return spring(
          beside,
          new JdkClientHttpRequestFactory(
              WaybillHttpClient.newBuilder(beside.waybill)
                  .followRedirects(HttpClient.Redirect.NORMAL)
                  .build()),
          () -> {});
    }
  },
  SPRING_OUTSIDE_APACHE(true) {
    @Override
    Client open(Beside beside) {
      CloseableHttpClient client =
          WaybillApacheHttp.install(HttpClientBuilder.create(), beside.waybill).build();
      return spring(beside, new HttpComponentsClientHttpRequestFactory(client), client);
    }
  };

  private final boolean isSeen;

  Neighbour(boolean isSeen) {
    this.isSeen = isSeen;
  }

  /** A client of any kind. */
  interface Client extends AutoCloseable {
    /** Returns the status. */
    int get(URI uri) throws Exception;
  }

  abstract Client open(Beside beside);

  /** Returns whether ours can know that theirs has started a span of the call. */
  boolean isSeen() {
    return isSeen;
  }

  /**
   * Returns how many lines of the parent go out: it adds one to ours, where it adds behind it. Who
   * takes the last has its span, and who is strict about the W3C's text takes two for none.
   */
  int parents() {
    return this == MICROMETER_INSIDE_APACHE ? 2 : 1;
  }

  private static Interceptor observing(Beside beside) {
    return OkHttpObservationInterceptor.builder(beside.registry, "http.client.requests").build();
  }

  @SuppressWarnings("deprecation") // by Apache's own artifact, which not everybody has yet
  private static ExecChainHandler observingApache(Beside beside) {
    return new ObservationExecChainHandler(beside.registry);
  }

  private static Client okHttp(Call.Factory calls) {
    return new Client() {
      @Override
      public int get(URI uri) throws Exception {
        Request request = new Request.Builder().url(uri.toString()).build();
        try (Response response = calls.newCall(request).execute()) {
          return response.code();
        }
      }

      @Override
      public void close() {}
    };
  }

  private static Client apache(CloseableHttpClient client) {
    return new Client() {
      @Override
      public int get(URI uri) throws Exception {
        return client.execute(new HttpGet(uri), response -> response.getCode());
      }

      @Override
      public void close() throws Exception {
        client.close();
      }
    };
  }

  private static Client spring(
      Beside beside, ClientHttpRequestFactory factory, AutoCloseable below) {
    RestClient client =
        RestClient.builder().requestFactory(factory).observationRegistry(beside.registry).build();
    return new Client() {
      @Override
      public int get(URI uri) {
        return client.get().uri(uri).retrieve().toBodilessEntity().getStatusCode().value();
      }

      @Override
      public void close() throws Exception {
        below.close();
      }
    };
  }
}
