package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.waybill.NoRequestScopeException;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Waybill's place among other interceptors. */
class OrderTest {
  private final TwoSides sides = new TwoSides();
  private final LowLevelHandler handler = new LowLevelHandler();
  private final Queue<RequestScope> around = new ConcurrentLinkedQueue<>();

  enum Order {
    FIRST,
    LAST,
    AROUND
  }

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Order.values()).map(order -> Arguments.of(kind, order)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void identity_crossesInEachOrder(Kind kind, Order order) throws Exception {
    Server server = server(order);
    Waybill calling = sides.strict(sides.waybill().destination(Hops.origin(server), TrustZone.OWN));

    OneCall call = call(kind, channel(server, calling, order), calling);

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo(ANNA);
    handler.awaitEnd();
    Hops.await("both spans", () -> sides.spans.ends() == 2);
    assertThat(sides.spans.started()).as("one span on each side").isEqualTo(2);
    // The scope that our neighbour sees is the handler's, where ours is further outside.
    boolean inside = order != Order.FIRST;
    assertThat(around).hasSize(inside ? 1 : 0).allMatch(scope -> scope == handler.scope);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void identity_isSentByClientAlone(Kind kind) throws Exception {
    SentMetadata sent = new SentMetadata();
    Server server =
        sides.hops.start(sides.hops.serverBuilder().addService(handler.service()).intercept(sent));
    Waybill calling = sides.strict(sides.waybill().destination(Hops.origin(server), TrustZone.OWN));

    OneCall call = call(kind, channel(server, calling, Order.LAST), calling);

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo("nobody");
    assertThat(SentMetadata.baggage(sent.take())).singleElement().asString().contains(ANNA);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void identity_isNobodysOnServerAlone(Kind kind) throws Exception {
    ManagedChannel plain = sides.hops.channel(server(Order.LAST));

    OneCall call = new OneCall(kind).start(plain, CallOptions.DEFAULT).send();

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo("nobody");
    handler.awaitEnd();
    Hops.await("the span", () -> sides.spans.ends() == 1);
  }

  /** A neighbour that has lost its way calls back twice: the request and its span end once. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void request_endsOnceWhereCallbacksComeTwice(Kind kind) throws Exception {
    Waybill serving = sides.strict(sides.waybill());
    Server server =
        sides.hops.start(
            sides
                .hops
                .serverBuilder()
                .addService(handler.service())
                .intercept(WaybillGrpc.server(serving))
                .intercept(new TwiceOver()));

    OneCall call = new OneCall(kind).start(sides.hops.channel(server), CallOptions.DEFAULT).send();

    assertThat(call.outcome()).isEqualTo("OK 1");
    Hops.await("all callbacks", () -> handler.has(LowLevelHandler.Callback.ON_CANCEL));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void call_endsOnceWhereItIsClosedTwice(Kind kind) throws Exception {
    Server server = server(Order.LAST);
    Waybill calling = sides.strict(sides.waybill());
    ManagedChannel channel =
        sides.hops.open(
            WaybillGrpc.install(
                sides.hops.channelBuilder(server).intercept(new ClosedTwice()), calling));

    OneCall call = call(kind, channel, calling);

    assertThat(call.outcome()).isEqualTo("OK 1");
    Hops.await(
        "both callbacks",
        () -> call.seen.stream().filter(("onClose " + ANNA)::equals).count() == 2);
  }

  private Server server(Order order) throws Exception {
    Waybill serving = sides.strict(sides.waybill());
    NettyServerBuilder builder = sides.hops.serverBuilder().addService(handler.service());
    if (order != Order.LAST) {
      builder.intercept(WaybillGrpc.server(serving));
    }
    builder.intercept(new Neighbour());
    if (order != Order.FIRST) {
      WaybillGrpc.install(builder, serving);
    }
    return sides.hops.start(builder);
  }

  private ManagedChannel channel(Server server, Waybill calling, Order order) {
    Metadata own = new Metadata();
    own.put(Hops.key("x-neighbour"), "n");
    NettyChannelBuilder builder = sides.hops.channelBuilder(server);
    if (order != Order.LAST) {
      builder.intercept(WaybillGrpc.client(calling));
    }
    builder.intercept(MetadataUtils.newAttachHeadersInterceptor(own));
    if (order != Order.FIRST) {
      WaybillGrpc.install(builder, calling);
    }
    return sides.hops.open(builder);
  }

  private static OneCall call(Kind kind, ManagedChannel channel, Waybill calling) {
    return calling
        .request()
        .with(USER, ANNA)
        .call(() -> new OneCall(kind).start(channel, CallOptions.DEFAULT).send());
  }

  /** Wraps the call, and keeps the request that it runs in. */
  private final class Neighbour implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      RequestScope scope = RequestScope.currentOrNull();
      if (scope != null) {
        around.add(scope);
      }
      return next.startCall(new SimpleForwardingServerCall<>(call) {}, headers);
    }
  }

  private static final class TwiceOver implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      ServerCall.Listener<ReqT> listener = next.startCall(call, headers);
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onComplete() {
          super.onComplete();
          super.onComplete();
          super.onCancel();
        }
      };
    }
  }

  private static final class ClosedTwice implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                  super.onClose(status, trailers);
                  super.onClose(status, trailers);
                }
              },
              headers);
        }
      };
    }
  }

  /** Whoever asks further outside is told where ours belongs. */
  @Test
  void request_outsideOfOurs_isMissingAndSaysWhy() throws Exception {
    CompletableFuture<String> said = new CompletableFuture<>();
    ServerInterceptor asking =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            try {
              RequestScope.current();
            } catch (NoRequestScopeException missing) {
              said.complete(missing.getMessage());
            }
            return next.startCall(call, headers);
          }
        };
    Server server =
        sides.hops.start(
            WaybillGrpc.install(
                    sides.hops.serverBuilder().addService(handler.service()),
                    sides.strict(sides.waybill()))
                .intercept(asking));

    new OneCall(Kind.UNARY).start(sides.hops.channel(server), CallOptions.DEFAULT).send().code();

    assertThat(said.get(30, TimeUnit.SECONDS)).contains("and add it last, outside of this one");
    handler.awaitEnd();
  }
}
