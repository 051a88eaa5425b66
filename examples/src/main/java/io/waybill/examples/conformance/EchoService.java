package io.waybill.examples.conformance;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.waybill.examples.conformance.proto.EchoGrpc.EchoImplBase;
import io.waybill.examples.conformance.proto.Message;
import io.waybill.sdk.policy.Destination;

/** The gRPC door. Each answer is made in the callback that its message comes by. */
final class EchoService extends EchoImplBase {
  private static final String FAIL = "fail:";
  private static final String NEXT = "next:";
  private static final int ANSWERS = 3;

  private final Probe probe;
  private final EchoClient client;
  private final Destination recorder;

  EchoService(Probe probe, EchoClient client, Destination recorder) {
    this.probe = probe;
    this.client = client;
    this.recorder = recorder;
  }

  @Override
  public void unary(Message request, StreamObserver<Message> caller) {
    new Reply(Kind.UNARY, caller).answer(request).end();
  }

  @Override
  public void serverStream(Message request, StreamObserver<Message> caller) {
    Reply reply = new Reply(Kind.SERVER_STREAM, caller);
    for (int i = 0; i < ANSWERS; i++) {
      reply.answer(request);
    }
    reply.end();
  }

  @Override
  public StreamObserver<Message> clientStream(StreamObserver<Message> caller) {
    Reply reply = new Reply(Kind.CLIENT_STREAM, caller);
    return new StreamObserver<>() {
      private Message last = Message.getDefaultInstance();

      @Override
      public void onNext(Message message) {
        last = message;
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        reply.answer(last).end();
      }
    };
  }

  @Override
  public StreamObserver<Message> bidi(StreamObserver<Message> caller) {
    Reply reply = new Reply(Kind.BIDI, caller);
    return new StreamObserver<>() {
      @Override
      public void onNext(Message message) {
        reply.answer(message);
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        reply.end();
      }
    };
  }

  private String text(Kind kind, String asked) {
    if (asked.startsWith(FAIL)) {
      throw status(asked.substring(FAIL.length())).asRuntimeException();
    }
    boolean recorded = !asked.startsWith(NEXT);
    Destination to = recorded ? recorder : destination(asked.substring(NEXT.length()));
    return Json.write(probe.answer(client.call(kind, to), recorded));
  }

  private static Status status(String code) {
    try {
      return Status.Code.valueOf(code).toStatus();
    } catch (IllegalArgumentException unknown) {
      return Status.INVALID_ARGUMENT.withDescription("fail: (expected: a code, like NOT_FOUND)");
    }
  }

  private static Destination destination(String hostAndPort) {
    Destination destination = Destination.grpc(hostAndPort, false);
    if (destination == null) {
      throw Status.INVALID_ARGUMENT
          .withDescription("next: (expected: host:port)")
          .asRuntimeException();
    }
    return destination;
  }

  /** What one call is answered with, until it has ended. */
  private final class Reply {
    private final Kind kind;
    private final StreamObserver<Message> caller;
    private boolean ended;

    Reply(Kind kind, StreamObserver<Message> caller) {
      this.kind = kind;
      this.caller = caller;
    }

    Reply answer(Message request) {
      if (ended) {
        return this;
      }
      try {
        caller.onNext(Message.newBuilder().setText(text(kind, request.getText())).build());
      } catch (StatusRuntimeException failed) {
        ended = true;
        caller.onError(failed);
      }
      return this;
    }

    void end() {
      if (!ended) {
        ended = true;
        caller.onCompleted();
      }
    }
  }
}
