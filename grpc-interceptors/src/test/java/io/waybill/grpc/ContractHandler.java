package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.testing.UnauthenticatedException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** A handler below the stubs, for all methods, that serves at the half-close. */
final class ContractHandler implements ServerCallHandler<Note, Note> {
  private final Function<Metadata, CompletionStage<String>> serve;
  private final Consumer<String> callback;

  ContractHandler(Function<Metadata, CompletionStage<String>> serve, Consumer<String> callback) {
    this.serve = serve;
    this.callback = callback;
  }

  ServerServiceDefinition service() {
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(HopGrpc.SERVICE_NAME);
    for (Kind kind : Kind.values()) {
      service.addMethod(kind.method, this);
    }
    return service.build();
  }

  @Override
  public ServerCall.Listener<Note> startCall(ServerCall<Note, Note> call, Metadata headers) {
    callback.accept("startCall");
    call.request(Integer.MAX_VALUE);
    return new ServerCall.Listener<>() {
      @Override
      public void onReady() {
        callback.accept("onReady");
      }

      @Override
      public void onMessage(Note message) {
        callback.accept("onMessage");
      }

      @Override
      public void onHalfClose() {
        callback.accept("onHalfClose");
        var unused =
            serve.apply(headers).whenComplete((text, failure) -> answer(call, text, failure));
      }

      @Override
      public void onComplete() {
        callback.accept("onComplete");
      }

      @Override
      public void onCancel() {
        callback.accept("onCancel");
      }
    };
  }

  private static void answer(ServerCall<Note, Note> call, String text, Throwable failure) {
    if (isRejection(failure)) {
      call.close(Status.UNAUTHENTICATED, new Metadata());
      return;
    }
    if (failure != null) {
      call.close(Status.INTERNAL.withDescription("failed by the contract"), new Metadata());
      return;
    }
    call.sendHeaders(new Metadata());
    call.sendMessage(note(text));
    call.close(Status.OK, new Metadata());
  }

  private static boolean isRejection(Throwable failure) {
    return failure instanceof UnauthenticatedException
        || (failure != null && failure.getCause() instanceof UnauthenticatedException);
  }
}
