package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.RpcAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans of a call, and its end on the client, however it ends. */
class ClientCallsTest {
  private static final String METHOD = "waybill.test.Hop/Unary";

  private final Hops hops = new Hops();

  @AfterEach
  void close() throws Exception {
    hops.close();
    assertThat(hops.spans.rest()).as("spans beyond one of each kind").isEmpty();
  }

  @Test
  void spans_haveNamesAttributesAndLinks() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);

    waybill.request().with(USER, "anna").run(() -> hops.stub(server, waybill).unary(note("")));

    SpanData client = hops.spans.take(SpanKind.CLIENT);
    SpanData serving = hops.spans.take(SpanKind.SERVER);
    assertThat(serving.getParentSpanId()).isEqualTo(client.getSpanId());
    assertThat(serving.getTraceId()).isEqualTo(client.getTraceId());
    for (SpanData span : List.of(client, serving)) {
      assertThat(span.getName()).isEqualTo(METHOD);
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
      assertThat(span.getAttributes().asMap())
          .containsEntry(RpcAttributes.RPC_SYSTEM_NAME, RpcAttributes.RpcSystemNameValues.GRPC)
          .containsEntry(RpcAttributes.RPC_METHOD, METHOD)
          .containsEntry(RpcAttributes.RPC_STATUS_CODE, "OK")
          .containsEntry(ServerAttributes.SERVER_ADDRESS, "127.0.0.1")
          .containsEntry(ServerAttributes.SERVER_PORT, (long) server.getPort())
          .containsEntry(AttributeKey.stringKey("user.id"), "anna")
          .doesNotContainKey(ErrorAttributes.ERROR_TYPE);
    }
  }

  @Test
  void clientSpan_showsNamedDestination() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Destination orders = Destination.grpc("[::1]:8443", true);

    WaybillGrpc.wrap(HopGrpc.newBlockingStub(hops.channel(server)), hops.waybill().build(), orders)
        .unary(note(""));

    assertThat(hops.spans.take(SpanKind.CLIENT).getAttributes().asMap())
        .containsEntry(ServerAttributes.SERVER_ADDRESS, "::1")
        .containsEntry(ServerAttributes.SERVER_PORT, 8443L);
    hops.spans.take(SpanKind.SERVER);
  }

  @Test
  void clientSpan_isBelowTheServersOwn() throws Exception {
    Server back = hops.server(hops.waybill().build(), HopService.tellingUser());
    HopGrpc.HopBlockingStub toBack = hops.stub(back);
    Server front =
        hops.server(
            hops.waybill().build(), new HopService(text -> toBack.unary(note("")).getText()));

    hops.stub(front).unary(note(""));

    SpanData inner = hops.spans.take(SpanKind.CLIENT);
    SpanData outer = hops.spans.take(SpanKind.CLIENT);
    // The last callbacks of the two servers race.
    SpanData one = hops.spans.take(SpanKind.SERVER);
    SpanData other = hops.spans.take(SpanKind.SERVER);
    boolean inOrder = one.getParentSpanId().equals(outer.getSpanId());
    SpanData first = inOrder ? one : other;
    SpanData last = inOrder ? other : one;
    assertThat(first.getParentSpanId()).isEqualTo(outer.getSpanId());
    assertThat(inner.getParentSpanId()).isEqualTo(first.getSpanId());
    assertThat(last.getParentSpanId()).isEqualTo(inner.getSpanId());
  }

  @Test
  void interceptors_installedTwiceMakeOneSpanEach() throws Exception {
    Waybill serving = hops.waybill().build();
    Server server = hops.server(serving, HopService.tellingUser(), WaybillGrpc.server(serving));
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub twice = WaybillGrpc.wrap(hops.stub(server, waybill), waybill);

    Span parent = hops.openTelemetry.getTracer("test").spanBuilder("caller").startSpan();
    String answer;
    try (Scope ignored = parent.makeCurrent()) {
      answer = waybill.request().with(USER, "anna").call(() -> twice.unary(note("")).getText());
    } finally {
      parent.end();
    }

    assertThat(answer).isEqualTo("anna");
    SpanData client = hops.spans.take(SpanKind.CLIENT);
    assertThat(client.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
    assertThat(hops.spans.take(SpanKind.SERVER).getParentSpanId()).isEqualTo(client.getSpanId());
    hops.spans.take(SpanKind.INTERNAL);
  }

  @Test
  void span_endsWithDeadline() throws Exception {
    try (ManualDeadline deadline = new ManualDeadline()) {
      LowLevelHandler late =
          new LowLevelHandler() {
            @Override
            protected void answer(ServerCall<Note, Note> call) {
              deadline.pass();
            }
          };
      HopGrpc.HopBlockingStub stub = hops.stub(lowLevelServer(late));

      assertThat(deadline.call(() -> codeOf(stub))).isEqualTo(Status.Code.DEADLINE_EXCEEDED);

      late.awaitEnd();
    }
    assertThat(hops.spans.take(SpanKind.CLIENT).getAttributes().asMap())
        .containsEntry(RpcAttributes.RPC_STATUS_CODE, "DEADLINE_EXCEEDED")
        .containsEntry(ErrorAttributes.ERROR_TYPE, "DEADLINE_EXCEEDED");
    assertThat(hops.spans.take(SpanKind.SERVER).getAttributes().get(RpcAttributes.RPC_STATUS_CODE))
        .isEqualTo("CANCELLED");
  }

  @Test
  void span_endsWhenDeadlineIsOverBeforeStart() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    HopGrpc.HopBlockingStub stub = hops.stub(server).withDeadlineAfter(-1, TimeUnit.SECONDS);

    assertThat(codeOf(stub)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);

    assertThat(hops.spans.take(SpanKind.CLIENT).getStatus().getStatusCode())
        .isEqualTo(StatusCode.ERROR);
  }

  @Test
  void span_endsWhenConnectionIsRefused() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    HopGrpc.HopBlockingStub stub = hops.stub(server);
    server.shutdownNow().awaitTermination();

    assertThat(codeOf(stub)).isEqualTo(Status.Code.UNAVAILABLE);

    assertThat(hops.spans.take(SpanKind.CLIENT).getAttributes().get(ErrorAttributes.ERROR_TYPE))
        .isEqualTo("UNAVAILABLE");
  }

  @Test
  void call_neverStartedOpensNothing() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Channel channel = intercepted(hops.channel(server), hops.waybillTo(server));

    channel.newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT).cancel("unused", null);

    assertThat(hops.spans.rest()).isEmpty();
  }

  @Test
  void call_startedTwiceIsRefusedAndTheFirstGoesOn() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Channel channel = intercepted(hops.channel(server), hops.waybillTo(server));
    var call = channel.newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT);
    Closing listener = new Closing();
    call.start(listener, new Metadata());

    assertThatThrownBy(() -> call.start(new Closing(), new Metadata()))
        .isInstanceOf(IllegalStateException.class);
    call.request(2);
    call.sendMessage(note(""));
    call.halfClose();

    assertThat(listener.code()).isEqualTo(Status.Code.OK);
    assertThat(hops.spans.take(SpanKind.CLIENT).getStatus().getStatusCode())
        .isEqualTo(StatusCode.UNSET);
    hops.spans.take(SpanKind.SERVER);
  }

  @Test
  void start_thatThrowsEndsSpanAndIsThrown() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    IllegalStateException thrown = new IllegalStateException("thrown by the test");
    ClientInterceptor throwsInStart =
        new ClientInterceptor() {
          @Override
          public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
              MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
              @Override
              public void start(Listener<RespT> listener, Metadata headers) {
                throw thrown;
              }
            };
          }
        };
    Channel channel =
        intercepted(
            ClientInterceptors.intercept(hops.channel(server), throwsInStart),
            hops.waybillTo(server));

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    channel, HopGrpc.getUnaryMethod(), CallOptions.DEFAULT, note("")))
        .isSameAs(thrown);

    assertThat(hops.spans.take(SpanKind.CLIENT).getAttributes().get(ErrorAttributes.ERROR_TYPE))
        .isEqualTo("UNKNOWN");
  }

  /** gRPC would leave a blocking stub waiting for ever if onClose were not passed on. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void call_goesOnWhenSpanProcessorThrows() throws Exception {
    try (OpenTelemetrySdk failing =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(new ThrowsOnEnd()).build())
            .build()) {
      LowLevelHandler handler = new LowLevelHandler();
      Server server =
          hops.start(
              hops.serverBuilder()
                  .addService(handler.service())
                  .intercept(WaybillGrpc.server(Hops.waybill(failing).build())));
      Waybill waybill =
          Hops.waybill(failing).destination(Hops.origin(server), TrustZone.OWN).build();

      assertThat(codeOf(hops.stub(server, waybill))).isEqualTo(Status.Code.OK);

      handler.awaitEnd();
      assertThat(handler.seen).contains(Callback.ON_COMPLETE + " nobody");
    }
  }

  /** A call of ours is several attempts of gRPC's, which sends the same metadata in each. */
  @Test
  void retry_sendsEachLineOncePerAttempt() throws Exception {
    SentMetadata sent = new SentMetadata();
    LowLevelHandler refusesOnce =
        new LowLevelHandler() {
          private boolean refused;

          @Override
          protected void answer(ServerCall<Note, Note> call) {
            if (refused) {
              super.answer(call);
            } else {
              refused = true;
              call.close(Status.UNAVAILABLE, new Metadata());
            }
          }
        };
    Server server =
        hops.start(
            hops.serverBuilder()
                .addService(refusesOnce.service())
                .intercept(sent)
                .intercept(WaybillGrpc.server(hops.waybill().build())));
    Channel channel =
        hops.open(Retries.on(hops.channelBuilder(server), Status.Code.UNAVAILABLE, 2));
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub stub = WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel), waybill);

    Note answer = waybill.request().with(USER, "anna").call(() -> stub.unary(note("")));

    assertThat(answer.getText()).isEqualTo("anna");
    SpanData client = hops.spans.take(SpanKind.CLIENT);
    for (int attempt = 0; attempt < 2; attempt++) {
      Metadata metadata = sent.take();
      assertThat(SentMetadata.baggage(metadata)).hasSize(1);
      assertThat(SentMetadata.lines(metadata, "traceparent")).hasSize(1);
      assertThat(hops.spans.take(SpanKind.SERVER).getParentSpanId()).isEqualTo(client.getSpanId());
    }
  }

  private Server lowLevelServer(LowLevelHandler handler) throws Exception {
    return hops.start(
        hops.serverBuilder()
            .addService(handler.service())
            .intercept(WaybillGrpc.server(hops.waybill().build())));
  }

  private static Channel intercepted(Channel channel, Waybill waybill) {
    return ClientInterceptors.intercept(channel, WaybillGrpc.client(waybill));
  }

  private static Status.Code codeOf(HopGrpc.HopBlockingStub stub) {
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> stub.unary(note("")));
    return failure == null ? Status.Code.OK : failure.getStatus().getCode();
  }

  private static final class Closing extends ClientCall.Listener<Note> {
    private final CompletableFuture<Status> closed = new CompletableFuture<>();

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed.complete(status);
    }

    Status.Code code() throws Exception {
      return closed.get(30, TimeUnit.SECONDS).getCode();
    }
  }

  private static final class ThrowsOnEnd implements SpanProcessor {
    @Override
    public void onEnd(ReadableSpan span) {
      throw new IllegalStateException("thrown by the test");
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }
  }
}
