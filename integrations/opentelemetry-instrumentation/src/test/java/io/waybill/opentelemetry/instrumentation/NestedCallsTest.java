package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.InstrumentedClient.call;
import static io.waybill.opentelemetry.instrumentation.InstrumentedClient.close;
import static io.waybill.opentelemetry.instrumentation.Shop.baggage;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.apachehttpclient.v5_2.ApacheHttpClientTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls inside of calls, beside other calls, and again. */
class NestedCallsTest {
  private static final String SENT = "user.id=u-1";

  private final OpenTelemetrySdk telemetry = Shop.telemetry();
  private final Shop shop = new Shop();
  private final Waybill waybill = Shop.install(telemetry, shop.own.origin());
  private final OkHttpClient client = new OkHttpClient();

  NestedCallsTest() throws Exception {}

  @AfterEach
  void end() {
    close(client);
    shop.close();
  }

  private static void execute(Call call) throws IOException {
    try (Response response = call.execute()) {
      response.body().bytes();
    }
  }

  /** What fetches a token for a call to us, by another client of theirs. */
  @Test
  void call_insideOfAnother_isDecidedForItself() throws Exception {
    OkHttpClient outer =
        client
            .newBuilder()
            .addInterceptor(chain -> asking(chain, this::byTheirs))
            .addNetworkInterceptor(chain -> asking(chain, this::byTheirs))
            .build();

    Shop.as(waybill, "u-1", () -> execute(call(telemetry, outer, shop.own.uri("/end"))));

    assertThat(baggage(shop.own)).containsExactly(SENT);
    assertThat(baggage(shop.third)).containsExactly("", "");
  }

  /** Nothing announces a call by hand: what is current is of the call around it. */
  @Test
  void call_byHand_getsNothing() throws Exception {
    OkHttpClient outer =
        client
            .newBuilder()
            .addInterceptor(chain -> asking(chain, this::byHand))
            .addNetworkInterceptor(chain -> asking(chain, this::byHand))
            .build();

    Shop.as(waybill, "u-1", () -> execute(call(telemetry, outer, shop.own.uri("/end"))));

    assertThat(baggage(shop.own)).containsExactly(SENT);
    assertThat(baggage(shop.third)).containsExactly("", "");
  }

  private interface Asks {
    void ask(URI uri) throws Exception;
  }

  private Response asking(Interceptor.Chain chain, Asks asks) throws IOException {
    try {
      asks.ask(shop.third.uri("/token"));
    } catch (Exception failed) {
      throw new IOException(failed);
    }
    return chain.proceed(chain.request());
  }

  private void byTheirs(URI uri) throws Exception {
    InstrumentedClient.APACHE.get(telemetry, uri);
  }

  private void byHand(URI uri) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    telemetry
        .getPropagators()
        .getTextMapPropagator()
        .inject(Context.current(), request, (to, name, value) -> to.setHeader(name, value));
    HttpClient.newHttpClient().send(request.build(), BodyHandlers.discarding());
  }

  @Test
  void twoOpenTelemetrys_keepTwoPolicies() throws Exception {
    OpenTelemetrySdk others = Shop.telemetry();
    Waybill theirs = Shop.install(others, shop.third.origin());

    Shop.as(waybill, "u-1", () -> both(telemetry));
    Shop.as(theirs, "u-2", () -> both(others));

    assertThat(baggage(shop.own)).containsExactly(SENT, "");
    assertThat(baggage(shop.third)).containsExactly("", "user.id=u-2");
  }

  private void both(OpenTelemetry of) throws Exception {
    execute(call(of, client, shop.own.uri("/end")));
    execute(call(of, client, shop.third.uri("/end")));
  }

  /** Theirs: the clone is a child of the first one's span, too. Our adapter has it right. */
  @Test
  void clone_isTheFirstOnesCall() throws Exception {
    Call.Factory calls = OkHttpTelemetry.create(telemetry).createCallFactory(client);
    List<Call> made = new ArrayList<>();
    Shop.as(
        waybill,
        "u-1",
        () -> {
          Span span = telemetry.getTracer("shop").spanBuilder("first").startSpan();
          try (Scope ignored = span.makeCurrent()) {
            made.add(calls.newCall(new Request.Builder().url(shop.own.origin()).build()));
            execute(made.get(0));
          } finally {
            span.end();
          }
        });

    Shop.as(waybill, "u-2", () -> execute(made.get(0).clone()));

    assertThat(baggage(shop.own)).containsExactly(SENT, SENT);
    List<String> traces =
        shop.own.seen().stream().map(seen -> seen.line("traceparent").substring(3, 35)).toList();
    assertThat(traces.get(1)).isEqualTo(traces.get(0));
  }

  /** Theirs, again. */
  @Test
  void sharedHttpClientContext_isTheFirstOnes() throws Exception {
    HttpClientContext shared = HttpClientContext.create();
    try (CloseableHttpClient apache = ApacheHttpClientTelemetry.create(telemetry).newHttpClient()) {
      for (String user : List.of("u-1", "u-2")) {
        Shop.as(
            waybill,
            user,
            () ->
                apache.execute(
                    new HttpGet(shop.own.uri("/end")), shared, response -> response.getCode()));
      }
    }

    assertThat(baggage(shop.own)).containsExactly(SENT, SENT);
  }
}
