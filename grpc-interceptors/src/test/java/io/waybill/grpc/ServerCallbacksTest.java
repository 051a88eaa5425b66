package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a request on a server: current in each callback, and ended once, however it ends. */
class ServerCallbacksTest {
  private static final AttributeKey<String> STATUS = AttributeKey.stringKey("rpc.status_code");

  private final Hops hops = new Hops();

  @AfterEach
  void close() throws Exception {
    hops.close();
    assertThat(hops.spans.rest()).as("spans beyond one of each kind").isEmpty();
  }

  @Test
  void identity_isCurrentInEachCallbackOfSuccess() throws Exception {
    LowLevelHandler handler = new LowLevelHandler();
    Server server = server(handler);
    Waybill waybill = hops.waybillTo(server);

    waybill.request().with(USER, "anna").run(() -> hops.stub(server, waybill).unary(note("")));

    handler.awaitEnd();
    assertThat(handler.seen)
        .contains("START_CALL anna", "ON_MESSAGE anna", "ON_HALF_CLOSE anna", "ON_COMPLETE anna")
        .allMatch(seen -> seen.endsWith(" anna"));
    takeSpans("OK", "OK");
  }

  @Test
  void identity_isCurrentInEachCallbackOfCancelledCall() throws Exception {
    LowLevelHandler handler = new LowLevelHandler();
    Server server = server(handler);
    ClientCall<Note, Note> call = startBidiAsAnna(server);
    call.sendMessage(note(""));
    handler.awaitStart();
    Hops.await("the message", () -> handler.seen.contains("ON_MESSAGE anna"));

    call.cancel("enough", null);

    handler.awaitEnd();
    assertThat(handler.seen)
        .contains("START_CALL anna", "ON_READY anna", "ON_MESSAGE anna", "ON_CANCEL anna")
        .allMatch(seen -> seen.endsWith(" anna"));
    takeSpans("CANCELLED", "CANCELLED");
  }

  /** The client gets what it would get without Waybill, and the request ends. */
  @ParameterizedTest
  @CsvSource({
    "START_CALL, UNKNOWN",
    "ON_MESSAGE, UNKNOWN",
    "ON_HALF_CLOSE, UNKNOWN",
    "ON_COMPLETE, OK"
  })
  void request_endsWhenCallbackThrows(Callback where, Status.Code code) throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void in(Callback callback) {
            if (callback == where) {
              throw new IllegalStateException("thrown by the test");
            }
          }
        };
    Server server = server(handler);

    assertThat(codeOfUnary(server)).isEqualTo(code);

    handler.awaitEnd();
    assertThat(handler.seen).noneMatch(seen -> seen.endsWith(" ended"));
    takeSpans(code.name(), code.name());
  }

  @Test
  void request_endsWhenOnReadyThrows() throws Exception {
    LowLevelHandler handler = throwing(Callback.ON_READY);
    startBidiAsAnna(server(handler));

    handler.awaitEnd();
    takeSpans("UNKNOWN", "UNKNOWN");
  }

  @Test
  void request_endsWhenOnCancelThrows() throws Exception {
    LowLevelHandler handler = throwing(Callback.ON_CANCEL);
    ClientCall<Note, Note> call = startBidiAsAnna(server(handler));
    handler.awaitStart();

    call.cancel("enough", null);

    handler.awaitEnd();
    takeSpans("CANCELLED", "CANCELLED");
  }

  @Test
  void request_endsWhenStartCallThrowsError() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void in(Callback callback) {
            throw new AssertionError("thrown by the test");
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(Status.Code.UNKNOWN);

    handler.awaitEnd();
    takeSpans("UNKNOWN", "UNKNOWN");
  }

  /** gRPC answers with the status of what is thrown here, and of what no callback throws. */
  @Test
  void status_isThatOfExceptionFromStartCall() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void in(Callback callback) {
            throw Status.PERMISSION_DENIED.asRuntimeException();
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(Status.Code.PERMISSION_DENIED);

    handler.awaitEnd();
    takeSpans("PERMISSION_DENIED", "PERMISSION_DENIED");
  }

  @Test
  void request_endsWhenStartCallReturnsNull() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          public ServerCall.Listener<Note> startCall(
              ServerCall<Note, Note> call, Metadata headers) {
            super.startCall(call, headers);
            return null;
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(Status.Code.UNKNOWN);

    handler.awaitEnd();
    takeSpans("UNKNOWN", "UNKNOWN");
  }

  /** What a caller may have got wrong is an error of its span, and not of the server's. */
  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void status_isThatOfClose(Status.Code code) throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.close(code.toStatus().withDescription("anna's"), new Metadata());
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(code);

    handler.awaitEnd();
    takeSpans(code.name(), code.name());
  }

  @Test
  void status_isTheFirstWhenHandlerThrowsAfterClose() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.close(Status.NOT_FOUND, new Metadata());
            throw new IllegalStateException("thrown by the test");
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(Status.Code.NOT_FOUND);

    handler.awaitEnd();
    takeSpans("NOT_FOUND", "NOT_FOUND");
  }

  @Test
  void status_isTheFirstWhenHandlerClosesTwice() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.close(Status.NOT_FOUND, new Metadata());
            call.close(Status.INTERNAL, new Metadata());
          }
        };

    assertThat(codeOfUnary(server(handler))).isEqualTo(Status.Code.NOT_FOUND);

    handler.awaitEnd();
    takeSpans("NOT_FOUND", "NOT_FOUND");
  }

  /** A unary OK without a message: gRPC cancels the stream, so the OK never was one. */
  @Test
  void status_isNotAnOkThatWasNeverSent() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.close(Status.OK, new Metadata());
          }
        };

    assertThat(codeOfUnary(server(handler))).isNotEqualTo(Status.Code.OK);

    handler.awaitEnd();
    assertThat(status(hops.spans.take(SpanKind.SERVER))).isEqualTo("CANCELLED");
    hops.spans.take(SpanKind.CLIENT);
  }

  @Test
  void request_goesOnAfterHandlerReturnedAndEndsWithAnswerOfAnotherThread() throws Exception {
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {}
        };
    Server server = server(handler);
    Waybill waybill = hops.waybillTo(server);
    var channel = ClientInterceptors.intercept(hops.channel(server), WaybillGrpc.client(waybill));
    var reply =
        ClientCalls.futureUnaryCall(
            channel.newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT), note(""));
    Hops.await("the half-close", () -> handler.seen.contains("ON_HALF_CLOSE nobody"));
    assertThat(handler.scope.isEnded()).isFalse();

    handler.call.sendHeaders(new Metadata());
    handler.call.sendMessage(note("late"));
    handler.call.close(Status.OK, new Metadata());

    assertThat(reply.get().getText()).isEqualTo("late");
    handler.awaitEnd();
    takeSpans("OK", "OK");
  }

  private static LowLevelHandler throwing(Callback where) {
    return new LowLevelHandler() {
      @Override
      protected void in(Callback callback) {
        if (callback == where) {
          throw new IllegalStateException("thrown by the test");
        }
      }
    };
  }

  private Server server(LowLevelHandler handler) throws IOException {
    return hops.start(
        hops.serverBuilder()
            .addService(handler.service())
            .intercept(WaybillGrpc.server(hops.waybill().build())));
  }

  private Status.Code codeOfUnary(Server server) {
    HopGrpc.HopBlockingStub stub = hops.stub(server);
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> stub.unary(note("")));
    return failure == null ? Status.Code.OK : failure.getStatus().getCode();
  }

  private ClientCall<Note, Note> startBidiAsAnna(Server server) {
    Waybill waybill = hops.waybillTo(server);
    var channel = ClientInterceptors.intercept(hops.channel(server), WaybillGrpc.client(waybill));
    return waybill
        .request()
        .with(USER, "anna")
        .call(
            () -> {
              var call = channel.newCall(HopGrpc.getBidiMethod(), CallOptions.DEFAULT);
              call.start(new ClientCall.Listener<>() {}, new Metadata());
              call.request(1);
              return call;
            });
  }

  private void takeSpans(String client, String server) throws InterruptedException {
    SpanData clientSpan = hops.spans.take(SpanKind.CLIENT);
    assertThat(status(clientSpan)).isEqualTo(client);
    assertThat(clientSpan.getStatus().getStatusCode())
        .isEqualTo(client.equals("OK") ? StatusCode.UNSET : StatusCode.ERROR);
    SpanData serverSpan = hops.spans.take(SpanKind.SERVER);
    assertThat(status(serverSpan)).isEqualTo(server);
    boolean error =
        switch (server) {
          case "UNKNOWN",
              "DEADLINE_EXCEEDED",
              "UNIMPLEMENTED",
              "INTERNAL",
              "UNAVAILABLE",
              "DATA_LOSS" ->
              true;
          default -> false;
        };
    assertThat(serverSpan.getStatus().getStatusCode())
        .isEqualTo(error ? StatusCode.ERROR : StatusCode.UNSET);
    assertThat(serverSpan.toString()).doesNotContain("anna's");
    assertThat(serverSpan.getParentSpanId()).isEqualTo(clientSpan.getSpanId());
  }

  private static String status(SpanData span) {
    return span.getAttributes().get(STATUS);
  }
}
