package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A handler below the stubs: it keeps who the request is from in each callback, and fails where it
 * is told to. It answers a half-close with one message.
 */
class LowLevelHandler implements ServerCallHandler<Note, Note> {

  enum Callback {
    START_CALL,
    ON_READY,
    ON_MESSAGE,
    ON_HALF_CLOSE,
    ON_COMPLETE,
    ON_CANCEL
  }

  final Queue<String> seen = new ConcurrentLinkedQueue<>();
  final CountDownLatch started = new CountDownLatch(1);
  volatile RequestScope scope;
  volatile ServerCall<Note, Note> call;

  /** Does what a test wants to be done in a callback, beside the normal. */
  protected void in(Callback callback) {}

  /** Answers the half-close. */
  protected void answer(ServerCall<Note, Note> call) {
    call.sendHeaders(new Metadata());
    call.sendMessage(note(Hops.user()));
    call.close(Status.OK, new Metadata());
  }

  @Override
  public ServerCall.Listener<Note> startCall(ServerCall<Note, Note> call, Metadata headers) {
    this.scope = RequestScope.currentOrNull();
    this.call = call;
    started.countDown();
    see(Callback.START_CALL);
    call.request(Integer.MAX_VALUE);
    return new ServerCall.Listener<>() {
      @Override
      public void onReady() {
        see(Callback.ON_READY);
      }

      @Override
      public void onMessage(Note message) {
        see(Callback.ON_MESSAGE);
      }

      @Override
      public void onHalfClose() {
        see(Callback.ON_HALF_CLOSE);
        answer(call);
      }

      @Override
      public void onComplete() {
        see(Callback.ON_COMPLETE);
      }

      @Override
      public void onCancel() {
        see(Callback.ON_CANCEL);
      }
    };
  }

  boolean has(Callback callback) {
    return seen.stream().anyMatch(one -> one.startsWith(callback.name()));
  }

  /** Defines a service in which this handles all methods. */
  ServerServiceDefinition service() {
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(HopGrpc.SERVICE_NAME);
    for (Kind kind : Kind.values()) {
      service.addMethod(kind.method, this);
    }
    return service.build();
  }

  void awaitStart() throws InterruptedException {
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
  }

  void awaitEnd() {
    Hops.await("the start of a request", () -> scope != null);
    Hops.await("the end of the request", scope::isEnded);
  }

  private void see(Callback callback) {
    RequestScope current = RequestScope.currentOrNull();
    boolean ended = current != null && current.isEnded();
    seen.add(callback + " " + Hops.user() + (ended ? " ended" : ""));
    in(callback);
  }

  /** Answers when a test says so. */
  static final class Holding extends LowLevelHandler {
    @Override
    protected void answer(ServerCall<Note, Note> call) {}

    void answerNow() {
      super.answer(call);
    }
  }
}
