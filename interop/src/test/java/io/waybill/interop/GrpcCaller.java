package io.waybill.interop;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A service that writes down what of a request's identity it has got, and its client. */
final class GrpcCaller {
  private static final MethodDescriptor<String, String> CALL =
      MethodDescriptor.<String, String>newBuilder(new Text(), new Text())
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("recorder.Recorder/Call")
          .build();

  private static final MethodDescriptor<String, String> STREAM =
      CALL.toBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName("recorder.Recorder/Stream")
          .build();

  private GrpcCaller() {}

  /** Starts the service; a call says its id. */
  static Server serve(String name, int port) throws IOException {
    return serve(
        name,
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }

  static Server serve(String name, NettyServerBuilder server) throws IOException {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("recorder.Recorder")
            .addMethod(
                CALL,
                ServerCalls.asyncUnaryCall(
                    (id, observer) -> {
                      observer.onNext(name);
                      observer.onCompleted();
                    }))
            .addMethod(
                STREAM,
                ServerCalls.asyncServerStreamingCall(
                    (id, observer) -> {
                      observer.onNext(name);
                      observer.onNext(name);
                      observer.onCompleted();
                    }))
            .build();
    return server
        .addService(ServerInterceptors.intercept(service, new Recording(name)))
        .build()
        .start();
  }

  /** Makes a call that streams its answers. */
  static Iterator<String> stream(ManagedChannel channel, String id) {
    return ClientCalls.blockingServerStreamingCall(
        named(channel, id), STREAM, CallOptions.DEFAULT, id);
  }

  static ManagedChannel channel(String target, ClientInterceptor... interceptors) {
    return ManagedChannelBuilder.forTarget(target).usePlaintext().intercept(interceptors).build();
  }

  static void call(ManagedChannel channel, CallOptions options, String id) {
    CallOptions limited = options.withDeadlineAfter(20, TimeUnit.SECONDS);
    ClientCalls.blockingUnaryCall(named(channel, id), CALL, limited, id);
  }

  private static Channel named(ManagedChannel channel, String id) {
    Metadata headers = new Metadata();
    headers.put(key("call-id"), id);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** Writes the headers down. */
  private record Recording(String name) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Recorder.record(
          headers.get(key("call-id")),
          name,
          all(headers.getAll(key("baggage"))),
          all(headers.getAll(key("x-user"))));
      return next.startCall(call, headers);
    }

    private static List<String> all(Iterable<String> values) {
      if (values == null) {
        return null;
      }
      List<String> all = new ArrayList<>();
      values.forEach(all::add);
      return all;
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
