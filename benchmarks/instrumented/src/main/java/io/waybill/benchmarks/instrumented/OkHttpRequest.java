package io.waybill.benchmarks.instrumented;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumentation;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.SocketFactory;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A request by OkHttp, over a connection in memory. */
public class OkHttpRequest {
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

  @Benchmark
  public int traceContext(TraceContextCalls calls) throws IOException {
    return calls.call();
  }

  @Benchmark
  @Against(value = "traceContext", goals = @Goal(moreBytes = 700))
  public int insideOwn(InsideCalls calls) throws IOException {
    return calls.call();
  }

  @Benchmark
  @Against(value = "traceContext", goals = @Goal(moreBytes = 300))
  public int insideThird(ThirdPartyCalls calls) throws IOException {
    return calls.call();
  }

  /** A client with nothing installed. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class PlainCalls {
    private final Sockets sockets = new Sockets();
    private Scope entered = Scope.noop();
    Call.Factory client = new OkHttpClient();

    /** Without timeouts, which a thread of their own watches. */
    OkHttpClient.Builder builder() {
      return new OkHttpClient.Builder()
          .socketFactory(sockets)
          .connectTimeout(Duration.ZERO)
          .readTimeout(Duration.ZERO)
          .writeTimeout(Duration.ZERO);
    }

    Scope enter() {
      client = builder().build();
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
      Call call = client.newCall(new Request.Builder().url(Caller.URL).build());
      try (Response response = call.execute()) {
        return response.body().bytes().length;
      }
    }

    String lastRequest() {
      return sockets.last.lastRequest();
    }
  }

  /** OpenTelemetry's library instrumentation. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class OpenTelemetryCalls extends PlainCalls {
    @Override
    Scope enter() {
      client = OkHttpTelemetry.create(Caller.openTelemetry()).createCallFactory(builder().build());
      return Caller.enterPlain();
    }
  }

  /** Waybill's adapter. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class WaybillCalls extends PlainCalls {
    @Override
    Scope enter() {
      Waybill waybill = Caller.waybill();
      client = WaybillOkHttp.install(builder(), waybill).build();
      return Caller.enter(waybill);
    }
  }

  /** OpenTelemetry's library instrumentation, which propagates traces alone. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class TraceContextCalls extends PlainCalls {
    @Override
    Scope enter() {
      Inside.nobody();
      client = OkHttpTelemetry.create(Inside.traceContext()).createCallFactory(builder().build());
      return Caller.enterPlain();
    }
  }

  /** OpenTelemetry's library instrumentation, with Waybill inside. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class InsideCalls extends PlainCalls {
    String own() {
      return Caller.ORIGIN;
    }

    @Override
    Scope enter() {
      Inside.waybill();
      OpenTelemetry openTelemetry = Telemetry.with(WaybillPropagator.create());
      Waybill waybill = Caller.waybill(openTelemetry, own());
      WaybillInstrumentation.install(openTelemetry, waybill);
      client = OkHttpTelemetry.create(openTelemetry).createCallFactory(builder().build());
      return Caller.enter(waybill);
    }
  }

  /** The same, where the policy does not name who is called. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class ThirdPartyCalls extends InsideCalls {
    @Override
    String own() {
      return "http://own.internal";
    }
  }

  private static final class Sockets extends SocketFactory {
    private CannedSocket last = new CannedSocket();

    @Override
    public Socket createSocket() {
      last = new CannedSocket();
      return last;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
