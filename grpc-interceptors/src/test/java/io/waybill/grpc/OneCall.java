package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.waybill.grpc.test.Note;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A call below the stubs: it keeps who its user is in each callback, and what came back. */
class OneCall extends ClientCall.Listener<Note> {
  final Queue<String> seen = new ConcurrentLinkedQueue<>();
  final Queue<Note> messages = new ConcurrentLinkedQueue<>();
  final Metadata headers = new Metadata();
  final Metadata trailers = new Metadata();
  private final Kind kind;
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private ClientCall<Note, Note> call;

  OneCall(Kind kind) {
    this.kind = kind;
  }

  /** Does what a test wants to be done in a callback, beside the normal. */
  protected void in(String callback) {}

  /** Returns how many messages it is ready for at the start. */
  protected int firstRequest() {
    return Integer.MAX_VALUE;
  }

  OneCall start(Channel channel, CallOptions options) {
    call = channel.newCall(kind.method, options);
    call.start(this, new Metadata());
    if (firstRequest() > 0) {
      call.request(firstRequest());
    }
    return this;
  }

  void requestOne() {
    call.request(1);
  }

  /** Sends all messages and half-closes. */
  OneCall send() {
    for (int i = 0; i < kind.requests; i++) {
      call.sendMessage(note(""));
    }
    call.halfClose();
    return this;
  }

  /** Sends a message; of a kind of one message it leaves together with the half-close. */
  OneCall sendFirst() {
    call.sendMessage(note(""));
    if (kind.requests == 1) {
      call.halfClose();
    }
    return this;
  }

  /** Half-closes after {@link #sendFirst}. */
  OneCall finish() {
    if (kind.requests > 1) {
      call.halfClose();
    }
    return this;
  }

  OneCall sendMany(int messages) {
    for (int i = 0; i < messages; i++) {
      call.sendMessage(note(""));
    }
    return halfClose();
  }

  OneCall halfClose() {
    call.halfClose();
    return this;
  }

  OneCall cancel() {
    call.cancel("cancelled by the test", null);
    return this;
  }

  Status.Code code() throws Exception {
    return closed.get(60, TimeUnit.SECONDS).getCode();
  }

  boolean isOver() {
    return closed.isDone();
  }

  /** Returns how it ended, and after how many messages. */
  String outcome() throws Exception {
    return code() + " " + messages.size();
  }

  @Override
  public void onHeaders(Metadata received) {
    headers.merge(received);
    see("onHeaders");
  }

  @Override
  public void onMessage(Note message) {
    messages.add(message);
    see("onMessage");
  }

  @Override
  public void onReady() {
    see("onReady");
  }

  @Override
  public void onClose(Status status, Metadata received) {
    trailers.merge(received);
    try {
      see("onClose");
    } finally {
      closed.complete(status);
    }
  }

  private void see(String callback) {
    seen.add(callback + " " + Hops.user());
    in(callback);
  }
}
