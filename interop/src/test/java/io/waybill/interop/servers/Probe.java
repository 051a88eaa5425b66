package io.waybill.interop.servers;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** A gRPC service of one method, from text to text. */
public final class Probe {
  public static final MethodDescriptor<String, String> METHOD =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("probe/Call")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private static final Context.Key<Metadata> METADATA = Context.key("metadata");

  private Probe() {}

  /** Returns one that answers by its metadata and its text. */
  static ServerServiceDefinition service(BiFunction<Metadata, String, String> answer) {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("probe")
            .addMethod(
                METHOD,
                ServerCalls.<String, String>asyncUnaryCall(
                    (text, caller) -> {
                      caller.onNext(answer.apply(METADATA.get(), text));
                      caller.onCompleted();
                    }))
            .build();
    return ServerInterceptors.intercept(service, new KeepingMetadata());
  }

  private static final class KeepingMetadata implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      return Contexts.interceptCall(
          Context.current().withValue(METADATA, headers), call, headers, next);
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
