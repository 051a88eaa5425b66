package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A blocking stub that gives up runs no callback any more: the span ends all the same. */
class AbandonedCallTest {
  private static final AttributeKey<String> STATUS = AttributeKey.stringKey("rpc.status_code");

  private final Hops hops = new Hops();
  private ManagedChannel channel;
  private Waybill waybill;

  @BeforeEach
  void start() throws Exception {
    Server server = hops.start(hops.serverBuilder().addService(HopService.tellingUser()));
    waybill = hops.waybill().destination(Hops.origin(server), TrustZone.OWN).build();
    channel = hops.channel(server);
  }

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  private enum Step {
    REQUEST,
    SEND_MESSAGE,
    HALF_CLOSE
  }

  @ParameterizedTest
  @EnumSource
  void blockingUnary_whereTheCallBelowThrows(Step step) throws Exception {
    Channel throwing =
        ClientInterceptors.intercept(channel, new Throwing(step), WaybillGrpc.client(waybill));

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    throwing, HopGrpc.getUnaryMethod(), CallOptions.DEFAULT, note("")))
        .isInstanceOf(IllegalStateException.class);

    assertThat(hops.spans.take(SpanKind.CLIENT).getAttributes().get(STATUS)).isEqualTo("CANCELLED");
  }

  @Test
  void blockingV2_afterCancel() throws Exception {
    Channel wrapped = ClientInterceptors.intercept(channel, WaybillGrpc.client(waybill));
    BlockingClientCall<Note, Note> call = HopGrpc.newBlockingV2Stub(wrapped).bidi();
    call.cancel("enough", null);

    SpanData span = hops.spans.take(SpanKind.CLIENT);
    assertThat(span.getAttributes().get(STATUS)).isEqualTo("CANCELLED");
  }

  /** As a thread of its own may do it, at the worst moment: between the start of call and span. */
  @Test
  void cancel_whileTheSpanStarts() {
    // The first call of a channel waits for its address, and such a call may be cancelled before it
    // is started: gRPC closes it then. All others throw.
    ClientCalls.blockingUnaryCall(channel, HopGrpc.getUnaryMethod(), CallOptions.DEFAULT, note(""));
    InMemorySpanExporter ended = InMemorySpanExporter.create();
    AtomicReference<Runnable> atStart = new AtomicReference<>();
    try (OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(new AtStart(atStart))
                    .addSpanProcessor(SimpleSpanProcessor.create(ended))
                    .build())
            .build()) {
      ClientCall<Note, Note> call =
          ClientInterceptors.intercept(channel, WaybillGrpc.client(Waybill.builder(sdk).build()))
              .newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT);
      atStart.set(() -> call.cancel("at the worst moment", null));

      assertThatThrownBy(() -> call.start(new ClientCall.Listener<>() {}, new Metadata()))
          .isInstanceOf(IllegalStateException.class);

      assertThat(ended.getFinishedSpanItems()).hasSize(1);
    }
  }

  private record AtStart(AtomicReference<Runnable> task) implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      task.get().run();
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }

  private record Throwing(Step step) implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void request(int messages) {
          throwAt(Step.REQUEST);
          super.request(messages);
        }

        @Override
        public void sendMessage(ReqT message) {
          throwAt(Step.SEND_MESSAGE);
          super.sendMessage(message);
        }

        @Override
        public void halfClose() {
          throwAt(Step.HALF_CLOSE);
          super.halfClose();
        }
      };
    }

    private void throwAt(Step reached) {
      if (reached == step) {
        throw new IllegalStateException("below: " + step);
      }
    }
  }
}
