package io.waybill.benchmarks.instrumented;

import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.apachehttpclient.v5_2.ApacheHttpClientTelemetry;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A request by Apache's classic client, over a connection in memory. Its asynchronous one has no
 * library instrumentation to be compared with.
 */
public class ApacheRequest {
  @Benchmark
  public int plain(PlainCalls calls) throws IOException {
    return calls.call();
  }

  @Benchmark
  public int openTelemetry(OpenTelemetryCalls calls) throws IOException {
    return calls.call();
  }

  @Benchmark
  @Against(value = "openTelemetry", goals = @Goal(time = 0.50, bytes = 0.50))
  public int waybill(WaybillCalls calls) throws IOException {
    return calls.call();
  }

  /** A client with nothing installed. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class PlainCalls {
    private final CannedSocket socket = new CannedSocket();
    private Scope entered = Scope.noop();
    CloseableHttpClient client = HttpClients.createMinimal();

    CloseableHttpClient build(HttpClientBuilder builder) {
      return builder
          .setConnectionManager(
              new BasicHttpClientConnectionManager(
                  new DefaultHttpClientConnectionOperator(
                      proxy -> socket, null, null, name -> null),
                  ManagedHttpClientConnectionFactory.INSTANCE))
          .build();
    }

    Scope enter() {
      client = build(HttpClients.custom());
      return Scope.noop();
    }

    /** Makes the client, and enters the identity of the caller. */
    @Setup
    public void setUp() {
      entered = enter();
    }

    /** Leaves it. */
    @TearDown
    public void leave() {
      entered.close();
    }

    int call() throws IOException {
      return client.execute(
          new HttpGet(Caller.URL),
          response -> EntityUtils.toByteArray(response.getEntity()).length);
    }

    String lastRequest() {
      return socket.lastRequest();
    }
  }

  /** OpenTelemetry's library instrumentation. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class OpenTelemetryCalls extends PlainCalls {
    @Override
    Scope enter() {
      client =
          build(ApacheHttpClientTelemetry.create(Caller.openTelemetry()).newHttpClientBuilder());
      return Caller.enterPlain();
    }
  }

  /** Waybill's adapter. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class WaybillCalls extends PlainCalls {
    @Override
    Scope enter() {
      Waybill waybill = Caller.waybill();
      client = build(WaybillApacheHttp.install(HttpClients.custom(), waybill));
      return Caller.enter(waybill);
    }
  }
}
