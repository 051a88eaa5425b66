package io.waybill.examples.agent;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** gRPC from text to text, without generated code. */
final class Rpc {
  private Rpc() {}

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  /** Starts a server of one method, such as {@code shop.Orders/Place}. */
  static void serve(int port, String name, UnaryOperator<String> answer) throws IOException {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(name.substring(0, name.indexOf('/')))
            .addMethod(
                method(name),
                ServerCalls.<String, String>asyncUnaryCall(
                    (text, caller) -> {
                      caller.onNext(answer.apply(text));
                      caller.onCompleted();
                    }))
            .build();
    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .executor(Executors.newFixedThreadPool(16))
        .addService(service)
        .build()
        .start();
  }

  static String call(Channel channel, String name, String text) {
    return ClientCalls.blockingUnaryCall(channel, method(name), CallOptions.DEFAULT, text);
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
