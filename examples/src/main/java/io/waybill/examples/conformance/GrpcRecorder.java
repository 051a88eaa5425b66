package io.waybill.examples.conformance;

import com.google.gson.JsonArray;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.waybill.examples.conformance.proto.EchoGrpc;
import io.waybill.examples.conformance.proto.Message;
import java.util.Base64;

/**
 * Answers each call, of whatever kind, with the metadata that it received: a JSON array of name and
 * value, none merged, binary ones in Base64. It knows nothing of Waybill.
 */
final class GrpcRecorder {
  private GrpcRecorder() {}

  /** Returns it, as the service {@code Echo}. */
  static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(EchoGrpc.getServiceDescriptor())
        .addMethod(EchoGrpc.getUnaryMethod(), GrpcRecorder::answer)
        .addMethod(EchoGrpc.getServerStreamMethod(), GrpcRecorder::answer)
        .addMethod(EchoGrpc.getClientStreamMethod(), GrpcRecorder::answer)
        .addMethod(EchoGrpc.getBidiMethod(), GrpcRecorder::answer)
        .build();
  }

  private static ServerCall.Listener<Message> answer(
      ServerCall<Message, Message> call, Metadata headers) {
    Message answer = Message.newBuilder().setText(Json.write(list(headers))).build();
    call.request(Integer.MAX_VALUE);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        call.sendHeaders(new Metadata());
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static JsonArray list(Metadata metadata) {
    JsonArray list = new JsonArray();
    for (String name : metadata.keys()) {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        for (byte[] value :
            metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER))) {
          list.add(Json.pair(name, Base64.getEncoder().encodeToString(value)));
        }
      } else {
        for (String value :
            metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))) {
          list.add(Json.pair(name, value));
        }
      }
    }
    return list;
  }
}
