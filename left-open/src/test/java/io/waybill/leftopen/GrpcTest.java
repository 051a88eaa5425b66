package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
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
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Context;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.leftopen.Left.Way;
import io.waybill.sdk.Waybill;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each callback of a call, on both sides, over a socket. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.waybill.leftopen.Threads#available")
class GrpcTest {
  private final Waybill waybill = Left.waybill();
  private final ExecutorService serverThread;
  private final ExecutorService clientThread;
  private Server server;
  private ManagedChannel channel;

  GrpcTest(Threads threads) {
    serverThread = threads.pool(1);
    clientThread = threads.pool(1);
  }

  enum Callback {
    START_CALL,
    ON_READY,
    ON_MESSAGE,
    ON_HALF_CLOSE,
    ON_COMPLETE,
    ON_CANCEL
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    assertThat(channel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    for (ExecutorService thread : new ExecutorService[] {serverThread, clientThread}) {
      thread.shutdown();
      assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void start(ServerInterceptor inner) throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .executor(serverThread)
            .addService(new Answering())
            .intercept(inner)
            .intercept(WaybillGrpc.server(waybill))
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .executor(clientThread)
            .build();
  }

  static Stream<Arguments> callbacksAndWays() {
    return Stream.of(Callback.values())
        .flatMap(callback -> Stream.of(Way.values()).map(way -> Arguments.of(callback, way)));
  }

  @ParameterizedTest
  @MethodSource("callbacksAndWays")
  void server_threadHoldsWhatItHeld(Callback callback, Way way) throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    start(new Leaving(callback, way, left));
    ClientCall<Note, Note> call = channel.newCall(HopGrpc.getBidiMethod(), CallOptions.DEFAULT);
    CountDownLatch closed = new CountDownLatch(1);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(Note message) {
            if (callback == Callback.ON_CANCEL) {
              call.cancel("enough", null);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.countDown();
          }
        },
        new Metadata());
    call.request(10);
    call.sendMessage(Note.getDefaultInstance());
    if (callback != Callback.ON_CANCEL) {
      call.halfClose();
    }

    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Left.contextOf(serverThread)).isSameAs(Context.root());
    way.requireFound(waybill);
  }

  /** What a user's observer leaves is not on the channel's thread for the next answer. */
  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KEY", "REQUEST"})
  void client_threadHoldsWhatItHeld(Way way) throws Exception {
    start(new Passing());
    Channel wrapped = ClientInterceptors.intercept(channel, WaybillGrpc.client(waybill));
    CountDownLatch closed = new CountDownLatch(1);
    StreamObserver<Note> leaving =
        new StreamObserver<>() {
          @Override
          public void onNext(Note value) {
            way.leave(waybill);
          }

          @Override
          public void onError(Throwable failure) {
            way.leave(waybill);
            closed.countDown();
          }

          @Override
          public void onCompleted() {
            way.leave(waybill);
            closed.countDown();
          }
        };
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () ->
                ClientCalls.asyncUnaryCall(
                    wrapped.newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT),
                    Note.getDefaultInstance(),
                    leaving));

    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Left.contextOf(clientThread)).isSameAs(Context.root());
    way.requireFound(waybill);
  }

  /** An interceptor below ours that leaves something open in each method of a call. */
  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KEY", "REQUEST"})
  void client_callerHoldsWhatItHeld(Way way) throws Exception {
    start(new Passing());
    Channel wrapped =
        ClientInterceptors.intercept(
            ClientInterceptors.intercept(channel, new LeavingBelow(way)),
            WaybillGrpc.client(waybill));
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              Context before = Context.current();
              ClientCalls.blockingUnaryCall(
                  wrapped,
                  HopGrpc.getUnaryMethod(),
                  CallOptions.DEFAULT,
                  Note.getDefaultInstance());
              assertThat(Context.current()).isSameAs(before);
            });

    assertThat(Context.current()).isSameAs(Context.root());
    way.requireFound(waybill);
  }

  private static final class Answering extends HopGrpc.HopImplBase {
    @Override
    public void unary(Note request, StreamObserver<Note> response) {
      response.onNext(request);
      response.onCompleted();
    }

    @Override
    public StreamObserver<Note> bidi(StreamObserver<Note> response) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Note value) {
          response.onNext(value);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          response.onCompleted();
        }
      };
    }
  }

  private static final class Passing implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(call, headers);
    }
  }

  /** Leaves something open in one of the callbacks, once the handler had it. */
  private final class Leaving implements ServerInterceptor {
    private final Callback callback;
    private final Way way;
    private final CountDownLatch left;

    Leaving(Callback callback, Way way, CountDownLatch left) {
      this.callback = callback;
      this.way = way;
      this.left = left;
    }

    private void after(Callback now) {
      if (now == callback) {
        left.countDown();
        way.leave(waybill);
      }
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      ServerCall.Listener<ReqT> listener = next.startCall(call, headers);
      after(Callback.START_CALL);
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onReady() {
          super.onReady();
          after(Callback.ON_READY);
        }

        @Override
        public void onMessage(ReqT message) {
          super.onMessage(message);
          after(Callback.ON_MESSAGE);
        }

        @Override
        public void onHalfClose() {
          super.onHalfClose();
          after(Callback.ON_HALF_CLOSE);
        }

        @Override
        public void onComplete() {
          super.onComplete();
          after(Callback.ON_COMPLETE);
        }

        @Override
        public void onCancel() {
          super.onCancel();
          after(Callback.ON_CANCEL);
        }
      };
    }
  }

  private final class LeavingBelow implements ClientInterceptor {
    private final Way way;

    LeavingBelow(Way way) {
      this.way = way;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      ClientCall<ReqT, RespT> call = next.newCall(method, options);
      way.leave(waybill);
      return new SimpleForwardingClientCall<>(call) {
        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
          super.start(listener, headers);
          way.leave(waybill);
        }

        @Override
        public void request(int messages) {
          super.request(messages);
          way.leave(waybill);
        }

        @Override
        public void sendMessage(ReqT message) {
          super.sendMessage(message);
          way.leave(waybill);
        }

        @Override
        public void halfClose() {
          super.halfClose();
          way.leave(waybill);
        }
      };
    }
  }
}
