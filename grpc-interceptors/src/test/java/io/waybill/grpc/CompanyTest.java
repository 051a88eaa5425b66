package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do inside of our calls, and on our threads. */
class CompanyTest {
  private static final AttributeKey<String> USER_ID = AttributeKey.stringKey("user.id");

  private final Hops hops = new Hops();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  /** By a client that is instrumented with OpenTelemetry alone, below a call that is released. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void token_isFetchedWithoutTheIdentityOfTheCall(boolean plainPropagator) throws Exception {
    TextMapPropagator baggage =
        plainPropagator ? W3CBaggagePropagator.getInstance() : WaybillPropagator.create();
    try (var openTelemetry = hops.sdk(baggage)) {
      Queue<Map<String, String>> fetches = new ConcurrentLinkedQueue<>();
      Queue<Boolean> inRequest = new ConcurrentLinkedQueue<>();
      CallCredentials fetching =
          new CallCredentials() {
            @Override
            public void applyRequestMetadata(
                RequestInfo info, Executor executor, MetadataApplier applier) {
              Map<String, String> headers = new HashMap<>();
              openTelemetry
                  .getPropagators()
                  .getTextMapPropagator()
                  .inject(Context.current(), headers, Map::put);
              fetches.add(headers);
              inRequest.add(RequestScope.currentOrNull() != null);
              applier.apply(new Metadata());
            }
          };
      Server server = hops.server(Hops.waybill(openTelemetry).build(), HopService.tellingUser());
      Waybill waybill =
          Hops.waybill(openTelemetry).destination(Hops.origin(server), TrustZone.OWN).build();
      HopGrpc.HopBlockingStub stub = hops.stub(server, waybill).withCallCredentials(fetching);
      for (int call = 0; call < 3; call++) { // The first one's channel is cold.
        String seen =
            waybill.request().with(USER, "u-1").call(() -> stub.unary(note("")).getText());
        assertThat(seen).isEqualTo("u-1");
      }

      assertThat(inRequest).as("also where the channel was cold").hasSize(3).containsOnly(true);
      assertThat(fetches).hasSize(3).noneMatch(headers -> headers.containsKey("baggage"));
    }
  }

  /** The callee's handler runs on the caller's thread, inside of his SERVER span. */
  @Test
  void inProcess_onTheCallersThread_eachSpanHasItsOwnUser() throws Exception {
    Waybill waybill =
        hops.waybill().destination("grpc://inner", TrustZone.PARTNER, Hops.TENANT).build();
    Server inner =
        InProcessServerBuilder.forName("inner")
            .directExecutor()
            .addService(
                new HopService(
                    text -> {
                      RequestScope.current().identify(USER, "u-inner");
                      return Hops.user();
                    }))
            .intercept(WaybillGrpc.server(waybill))
            .build()
            .start();
    ManagedChannel channel =
        InProcessChannelBuilder.forName("inner")
            .overrideAuthority("inner")
            .directExecutor()
            .build();
    HopGrpc.HopBlockingStub toInner = WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel), waybill);
    Server outer =
        hops.server(
            waybill,
            new HopService(
                text -> {
                  RequestScope.current().identify(USER, "u-outer");
                  return toInner.unary(note("")).getText() + " " + Hops.user();
                }));
    try {
      String seen = hops.stub(outer).unary(note("")).getText();

      assertThat(seen).isEqualTo("u-inner u-outer");
      SpanData innerSpan = hops.spans.take(SpanKind.SERVER);
      SpanData outerSpan = hops.spans.take(SpanKind.SERVER);
      assertThat(innerSpan.getAttributes().get(USER_ID)).isEqualTo("u-inner");
      assertThat(outerSpan.getAttributes().get(USER_ID)).isEqualTo("u-outer");
      assertThat(innerSpan.getTraceId()).isEqualTo(outerSpan.getTraceId());
    } finally {
      channel.shutdownNow();
      inner.shutdownNow();
    }
  }

  /** One call, and two requests that wait for it. */
  @Test
  void future_sharedByTwo_eachContinuesInItsOwn() throws Exception {
    CompletableFuture<StreamObserver<Note>> answer = new CompletableFuture<>();
    Server server =
        hops.server(
            hops.waybill().build(),
            new HopGrpc.HopImplBase() {
              @Override
              public void unary(Note request, StreamObserver<Note> response) {
                answer.complete(response);
              }
            });
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopFutureStub stub =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(server)), waybill);
    ListenableFuture<Note> shared =
        waybill.request().with(USER, "u-1").call(() -> stub.unary(note("")));
    CompletableFuture<String> one =
        waybill
            .request()
            .with(USER, "u-1")
            .call(() -> WaybillGrpc.future(shared).thenApply(note -> Hops.user()));
    CompletableFuture<String> two =
        waybill
            .request()
            .with(USER, "u-2")
            .call(() -> WaybillGrpc.future(shared).thenApply(note -> Hops.user()));

    StreamObserver<Note> response = answer.get(30, TimeUnit.SECONDS);
    response.onNext(note(""));
    response.onCompleted();

    assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
    assertThat(two.get(30, TimeUnit.SECONDS)).isEqualTo("u-2");
  }

  @Test
  void future_ofACallThatFails() {
    ListenableFuture<Note> failed = Futures.immediateFailedFuture(new IllegalStateException());

    assertThat(WaybillGrpc.future(failed)).isCompletedExceptionally();
  }
}
