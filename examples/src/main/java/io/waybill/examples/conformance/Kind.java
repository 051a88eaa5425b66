package io.waybill.examples.conformance;

import io.grpc.stub.StreamObserver;
import io.waybill.examples.conformance.proto.EchoGrpc.EchoStub;
import io.waybill.examples.conformance.proto.Message;

/** The kinds of gRPC calls, each by its method of {@code Echo}. */
enum Kind {
  UNARY {
    @Override
    void send(EchoStub echo, StreamObserver<Message> answers) {
      echo.unary(EMPTY, answers);
    }
  },

  SERVER_STREAM {
    @Override
    void send(EchoStub echo, StreamObserver<Message> answers) {
      echo.serverStream(EMPTY, answers);
    }
  },

  CLIENT_STREAM {
    @Override
    void send(EchoStub echo, StreamObserver<Message> answers) {
      sendOne(echo.clientStream(answers));
    }
  },

  BIDI {
    @Override
    void send(EchoStub echo, StreamObserver<Message> answers) {
      sendOne(echo.bidi(answers));
    }
  };

  private static final Message EMPTY = Message.getDefaultInstance();

  /** Sends one message, which asks for nothing. */
  abstract void send(EchoStub echo, StreamObserver<Message> answers);

  private static void sendOne(StreamObserver<Message> requests) {
    requests.onNext(EMPTY);
    requests.onCompleted();
  }
}
