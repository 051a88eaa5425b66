package io.waybill.grpc;

import io.grpc.stub.StreamObserver;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** Answers each message of each kind of call with what {@code answer} makes of its text. */
final class HopService extends HopGrpc.HopImplBase {
  private final UnaryOperator<String> answer;

  HopService(UnaryOperator<String> answer) {
    this.answer = answer;
  }

  /** Answers with the user of the request in which each message is handled. */
  static HopService tellingUser() {
    return new HopService(text -> Hops.user());
  }

  @Override
  public void unary(Note request, StreamObserver<Note> response) {
    response.onNext(answer(request));
    response.onCompleted();
  }

  @Override
  public void serverStream(Note request, StreamObserver<Note> response) {
    response.onNext(answer(request));
    response.onNext(answer(request));
    response.onCompleted();
  }

  @Override
  public StreamObserver<Note> clientStream(StreamObserver<Note> response) {
    StringJoiner answers = new StringJoiner(",");
    return new Requests() {
      @Override
      public void onNext(Note request) {
        answers.add(answer(request).getText());
      }

      @Override
      public void onCompleted() {
        answers.add(answer(Note.getDefaultInstance()).getText());
        response.onNext(Hops.note(answers.toString()));
        response.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<Note> bidi(StreamObserver<Note> response) {
    return new Requests() {
      @Override
      public void onNext(Note request) {
        response.onNext(answer(request));
      }

      @Override
      public void onCompleted() {
        response.onNext(answer(Note.getDefaultInstance()));
        response.onCompleted();
      }
    };
  }

  private Note answer(Note request) {
    return Hops.note(answer.apply(request.getText()));
  }

  private abstract static class Requests implements StreamObserver<Note> {
    /** The client has cancelled: there is nobody left to answer. */
    @Override
    public void onError(Throwable cancelled) {}
  }
}
