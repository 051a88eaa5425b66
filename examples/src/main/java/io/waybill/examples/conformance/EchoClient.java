package io.waybill.examples.conformance;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.waybill.examples.conformance.proto.EchoGrpc;
import io.waybill.examples.conformance.proto.EchoGrpc.EchoStub;
import io.waybill.examples.conformance.proto.Message;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls the {@code Echo} of other servers, over one channel each.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class EchoClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Waybill waybill;
  private final Map<Destination, ManagedChannel> channels = new ConcurrentHashMap<>();

  EchoClient(Waybill waybill) {
    this.waybill = waybill;
  }

  /**
   * Returns the text of the first answer, when the call is over.
   *
   * @throws io.grpc.StatusRuntimeException with the status that the call ended by, if not OK
   */
  String call(Kind kind, Destination destination) {
    ManagedChannel channel = channels.computeIfAbsent(destination, EchoClient::open);
    EchoStub echo = WaybillGrpc.wrap(EchoGrpc.newStub(channel), waybill);
    FirstAnswer first = new FirstAnswer();
    kind.send(echo.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS), first);
    try {
      return first.text.join();
    } catch (CompletionException failed) {
      throw Status.fromThrowable(failed)
          .withDescription("the call to the next service failed")
          .asRuntimeException();
    }
  }

  private static ManagedChannel open(Destination destination) {
    return NettyChannelBuilder.forAddress(destination.host(), destination.port())
        .usePlaintext()
        .build();
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }

  private static final class FirstAnswer implements StreamObserver<Message> {
    final CompletableFuture<String> text = new CompletableFuture<>();
    private @Nullable String first;

    @Override
    public void onNext(Message answer) {
      first = first == null ? answer.getText() : first;
    }

    @Override
    public void onError(Throwable failed) {
      text.completeExceptionally(failed);
    }

    @Override
    public void onCompleted() {
      // A stream may be without answers.
      text.complete(first == null ? "" : first);
    }
  }
}
