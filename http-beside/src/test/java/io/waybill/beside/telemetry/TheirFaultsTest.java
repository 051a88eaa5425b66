package io.waybill.beside.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.apachehttpclient.v5_2.ApacheHttpClientTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.beside.telemetry.Beside.Propagator;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where OpenTelemetry's own instrumentation takes one user's Context for another's. */
class TheirFaultsTest {
  private static final List<String> USERS = List.of("u-1", "u-2");

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (SpanMode mode : SpanMode.values()) {
      for (Propagator propagator : Propagator.values()) {
        all.add(Arguments.of(mode, propagator));
      }
    }
    return all.stream();
  }

  private static Call.Factory okHttp(Beside beside) {
    return OkHttpTelemetry.create(beside.openTelemetry)
        .createCallFactory(
            WaybillOkHttp.install(new OkHttpClient.Builder(), beside.waybill).build());
  }

  private static int run(Call call) throws IOException {
    try (Response response = call.execute()) {
      return response.code();
    }
  }

  /** It keeps the Context in the request, of which a clone is another call. */
  @ParameterizedTest
  @MethodSource("cells")
  void clone_ofAnotherUsersCall_isOfWhoMadeIt(SpanMode mode, Propagator propagator)
      throws Exception {
    try (Beside beside = new Beside(mode, propagator)) {
      for (String origin : List.of(beside.own.origin(), beside.unnamed.origin())) {
        Call first =
            beside.as(
                "u-1",
                () -> {
                  Call made = okHttp(beside).newCall(new Request.Builder().url(origin).build());
                  run(made);
                  return made;
                });
        beside.as("u-2", () -> run(first.clone()));
      }

      assertUsers(beside.own.seen());
      assertNobody(beside.unnamed.seen());
    }
  }

  /** Its scope is closed while ours is open on the thread, which has the root in the end. */
  @Tag("as-in-production")
  @ParameterizedTest
  @MethodSource("cells")
  void clone_runInTheBackground_isOfWhoMadeIt(SpanMode mode, Propagator propagator)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Beside beside = new Beside(mode, propagator)) {
      OkHttpClient.Builder ours = new OkHttpClient.Builder().dispatcher(new Dispatcher(thread));
      Call.Factory calls =
          OkHttpTelemetry.create(beside.openTelemetry)
              .createCallFactory(WaybillOkHttp.install(ours, beside.waybill).build());
      Request request = new Request.Builder().url(beside.own.origin()).build();
      Call first =
          beside.as(
              "u-1",
              () -> {
                Call made = calls.newCall(request);
                run(made);
                return made;
              });
      beside.as("u-2", () -> enqueue(first.clone()).get(60, TimeUnit.SECONDS));

      assertUsers(beside.own.seen());
      assertThat(thread.submit(Context::current).get()).isSameAs(Context.root());
    } finally {
      thread.shutdownNow();
    }
  }

  private static CompletableFuture<Integer> enqueue(Call call) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call answered, Response response) {
            response.close();
            answer.complete(response.code());
          }

          @Override
          public void onFailure(Call failed, IOException failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  /** It keeps the Context in there. */
  @ParameterizedTest
  @MethodSource("cells")
  void clientContext_thatTwoUsersShare_isOfNobody(SpanMode mode, Propagator propagator)
      throws Exception {
    HttpClientContext shared = HttpClientContext.create();
    try (Beside beside = new Beside(mode, propagator);
        CloseableHttpClient client =
            WaybillApacheHttp.install(
                    ApacheHttpClientTelemetry.create(beside.openTelemetry).newHttpClientBuilder(),
                    beside.waybill)
                .build()) {
      for (String origin : List.of(beside.own.origin(), beside.unnamed.origin())) {
        for (String user : USERS) {
          beside.as(
              user,
              () ->
                  client.execute(
                      new HttpGet(origin + "/"), shared, response -> response.getCode()));
        }
      }

      assertUsers(beside.own.seen());
      assertNobody(beside.unnamed.seen());
      // Its own spans are another matter: those of the second are in the trace of the first.
      assertThat(beside.spans())
          .filteredOn(span -> span.getInstrumentationScopeInfo().getName().contains("apache"))
          .extracting(SpanData::getTraceId)
          .containsOnly(beside.spans().get(0).getTraceId());
    }
  }

  private static void assertUsers(List<Seen> seen) {
    assertThat(seen).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(seen.get(i).lines("baggage"))
          .singleElement()
          .asString()
          .contains("user.id=" + USERS.get(i))
          .doesNotContain("user.id=" + USERS.get(1 - i));
      assertThat(seen.get(i).lines("traceparent")).hasSize(1);
    }
  }

  private static void assertNobody(List<Seen> seen) {
    assertThat(seen)
        .hasSize(2)
        .allSatisfy(
            one ->
                assertThat(one.headers().entrySet().toString())
                    .doesNotContainIgnoringCase("baggage")
                    .doesNotContain("u-1", "u-2", "region"));
  }

  /** The clients of ours send nothing that is not released; those beside them are nobody's. */
  @ParameterizedTest
  @EnumSource(Propagator.class)
  void strict_refusesThePlainPropagatorAlone(Propagator propagator) throws Exception {
    try (Beside beside = new Beside(SpanMode.AUTO, propagator)) {
      if (propagator == Propagator.PLAIN) {
        assertThatThrownBy(() -> Waybill.builder(beside.openTelemetry).strict().build())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("strict: ");
      } else {
        assertThat(Waybill.builder(beside.openTelemetry).strict().build()).isNotNull();
      }
    }
  }

  /** What is promised for clients of ours alone: the same library without Waybill tells it all. */
  @Test
  void plainPropagator_ofAClientThatIsNotOurs_tellsEverybody() throws Exception {
    try (Beside beside = new Beside(SpanMode.AUTO, Propagator.PLAIN)) {
      Call.Factory calls =
          OkHttpTelemetry.create(beside.openTelemetry).createCallFactory(new OkHttpClient());
      beside.as(
          "u-1",
          () -> run(calls.newCall(new Request.Builder().url(beside.unnamed.origin()).build())));

      assertThat(beside.unnamed.only().line("baggage")).contains("region=eu", "user.id=u-1");
    }
  }
}
