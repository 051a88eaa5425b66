package io.waybill.benchmarks.http;

import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.benchmarks.grpc.Received;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A request that carries identity by Waybill, and a token that nobody rejects. */
@State(Scope.Thread)
public class TokenRequest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");
  private static final URI API = URI.create("https://api.shop.internal/orders");

  @Param({"GET", "POST"})
  String method = "GET";

  private final Waybill bare = setUp().build();
  private final Waybill attaching =
      setUp()
          .credential(
              Credential.bearer(TOKEN, (String token) -> token)
                  .to("https://api.shop.internal")
                  .renew(token -> token))
          .build();
  private final HttpClient bareClient = WaybillHttpClient.wrap(new CannedClient(), bare);
  private final HttpClient client = WaybillHttpClient.wrap(new CannedClient(), attaching);

  private static WaybillBuilder setUp() {
    return Waybill.builder(Telemetry.with(WaybillPropagator.create()))
        .keep(TOKEN)
        .peers(peer -> TrustZone.OWN)
        .destination("https://api.shop.internal", TrustZone.OWN)
        .spans(SpanMode.NEVER);
  }

  private io.opentelemetry.context.Scope entered = io.opentelemetry.context.Scope.noop();

  /** Enters a request that holds a token. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // leave() closes it
  public void enter() {
    Context request =
        Received.by(attaching, Map.of("baggage", "request.id=r-1,user.id=u-1042,tenant.id=acme"));
    entered = request.makeCurrent();
    RequestScope.current().set(TOKEN, "0123456789abcdef0123456789abcdef");
  }

  /** Leaves it. */
  @TearDown
  public void leave() {
    entered.close();
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(API)
        .method(
            method,
            method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("three"));
  }

  @Benchmark
  public HttpResponse<Void> without() throws IOException, InterruptedException {
    return bareClient.send(request().build(), BodyHandlers.discarding());
  }

  /** The header as the caller writes it. */
  @Benchmark
  public HttpResponse<Void> byHand() throws IOException, InterruptedException {
    HttpRequest request =
        request()
            .header("authorization", "Bearer " + RequestScope.current().require(TOKEN))
            .build();
    return bareClient.send(request, BodyHandlers.discarding());
  }

  @Benchmark
  @Against(value = "byHand", goals = @Goal(moreNanos = 150, moreBytes = 200))
  public HttpResponse<Void> waybill() throws IOException, InterruptedException {
    return client.send(request().build(), BodyHandlers.discarding());
  }
}
