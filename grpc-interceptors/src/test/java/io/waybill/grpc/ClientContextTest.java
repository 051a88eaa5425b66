package io.waybill.grpc;

import static io.waybill.grpc.Hops.PLAN;
import static io.waybill.grpc.Hops.TENANT;
import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which Context is current above and below Waybill while a call goes on. */
class ClientContextTest {
  private static final ContextKey<String> OF_CALLER = ContextKey.named("of-caller");

  private final Hops hops = new Hops();
  private final Map<String, Context> below = new ConcurrentHashMap<>();
  private final Map<String, Context> above = new ConcurrentHashMap<>();
  private final CompletableFuture<Status.Code> closed = new CompletableFuture<>();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  @Test
  void contexts_areTheCallersAboveAndWithoutBaggageBelow() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill =
        hops.waybill().destination(Hops.origin(server), TrustZone.PARTNER, TENANT).build();
    Channel channel =
        ClientInterceptors.intercept(
            hops.channel(server), new Below(), WaybillGrpc.client(waybill));
    Context caller =
        waybill
            .request()
            .with(USER, "anna")
            .with(TENANT, "t-1")
            .call(
                () ->
                    RequestScope.current()
                        .with(PLAN, "gold")
                        .call(() -> Context.current().with(OF_CALLER, "caller")));

    ClientCall<Note, Note> call;
    try (Scope ignored = caller.makeCurrent()) {
      call = channel.newCall(HopGrpc.getBidiMethod(), CallOptions.DEFAULT);
    }
    // From here on nothing is current, as on a thread that a streaming client uses.
    call.start(new Above(), new Metadata());
    call.request(1);
    call.sendMessage(note(""));
    // gRPC leaves onReady out where the call is over before its turn comes.
    Hops.await("readiness", () -> above.containsKey("onReady"));
    Hops.await("a message", () -> above.containsKey("onMessage"));
    call.request(2);
    call.halfClose();
    assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(Status.Code.OK);
    call.cancel("too late", null);

    assertThat(above).containsOnlyKeys("onReady", "onHeaders", "onMessage", "onClose");
    assertThat(above.values()).allMatch(context -> context == caller);
    assertThat(below)
        .containsOnlyKeys("newCall", "start", "request", "sendMessage", "halfClose", "cancel");
    assertThat(below.values()).allSatisfy(this::hasNoBaggage);
    assertThat(Span.fromContext(below.get("start")).getSpanContext().getSpanId())
        .isEqualTo(hops.spans.take(SpanKind.CLIENT).getSpanId());
  }

  private void hasNoBaggage(Context context) {
    assertThat(context.get(OF_CALLER)).isEqualTo("caller");
    assertThat(Baggage.fromContext(context).asMap()).isEmpty();
    assertThat(RequestScope.fromContextOrNull(context).get(USER)).isEqualTo("anna");
  }

  @Test
  void onClose_runsInCallersContextWhenStartAnswersAtOnce() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);
    ClientInterceptor refuses =
        new ClientInterceptor() {
          @Override
          public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
              MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
              @Override
              public void start(Listener<RespT> listener, Metadata headers) {
                listener.onClose(Status.RESOURCE_EXHAUSTED, new Metadata());
              }
            };
          }
        };
    Channel channel =
        ClientInterceptors.intercept(hops.channel(server), refuses, WaybillGrpc.client(waybill));
    Context caller = Context.root().with(OF_CALLER, "caller");

    try (Scope ignored = caller.makeCurrent()) {
      channel
          .newCall(HopGrpc.getBidiMethod(), CallOptions.DEFAULT)
          .start(new Above(), new Metadata());
    }

    assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(above.get("onClose")).isSameAs(caller);
  }

  private final class Above extends ClientCall.Listener<Note> {
    @Override
    public void onReady() {
      above.put("onReady", Context.current());
    }

    @Override
    public void onHeaders(Metadata headers) {
      above.put("onHeaders", Context.current());
    }

    @Override
    public void onMessage(Note message) {
      above.put("onMessage", Context.current());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      above.put("onClose", Context.current());
      closed.complete(status.getCode());
    }
  }

  private final class Below implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      below.put("newCall", Context.current());
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          below.put("start", Context.current());
          super.start(listener, headers);
        }

        @Override
        public void request(int messages) {
          below.put("request", Context.current());
          super.request(messages);
        }

        @Override
        public void sendMessage(ReqT message) {
          below.put("sendMessage", Context.current());
          super.sendMessage(message);
        }

        @Override
        public void halfClose() {
          below.put("halfClose", Context.current());
          super.halfClose();
        }

        @Override
        public void cancel(String message, Throwable cause) {
          below.put("cancel", Context.current());
          super.cancel(message, cause);
        }
      };
    }
  }
}
