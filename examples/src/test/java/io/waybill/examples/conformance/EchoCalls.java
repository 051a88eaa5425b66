package io.waybill.examples.conformance;

import com.google.gson.JsonObject;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.waybill.examples.conformance.proto.EchoGrpc.EchoStub;
import io.waybill.examples.conformance.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls of each kind, with any messages. */
final class EchoCalls {
  private EchoCalls() {}

  /** All answers of a call, and what it ended with. */
  record Outcome(List<String> texts, Status.Code code) {
    List<JsonObject> jsons() {
      return texts.stream().map(text -> Json.read(text, JsonObject.class)).toList();
    }
  }

  static Outcome call(Kind kind, EchoStub echo, String... texts) throws Exception {
    Collector answers = new Collector();
    Message first = message(texts[0]);
    switch (kind) {
      case UNARY -> echo.unary(first, answers);
      case SERVER_STREAM -> echo.serverStream(first, answers);
      case CLIENT_STREAM -> sendAll(echo.clientStream(answers), texts);
      case BIDI -> sendAll(echo.bidi(answers), texts);
    }
    return answers.outcome.get(30, TimeUnit.SECONDS);
  }

  private static void sendAll(StreamObserver<Message> requests, String... texts) {
    for (String text : texts) {
      requests.onNext(message(text));
    }
    requests.onCompleted();
  }

  private static Message message(String text) {
    return Message.newBuilder().setText(text).build();
  }

  private static final class Collector implements StreamObserver<Message> {
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final List<String> texts = new ArrayList<>();

    @Override
    public void onNext(Message answer) {
      texts.add(answer.getText());
    }

    @Override
    public void onError(Throwable failed) {
      outcome.complete(new Outcome(texts, Status.fromThrowable(failed).getCode()));
    }

    @Override
    public void onCompleted() {
      outcome.complete(new Outcome(texts, Status.Code.OK));
    }
  }
}
