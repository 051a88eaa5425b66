package io.waybill.benchmarks.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.Drainable;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A message that is sent as bytes, for the little that a small protobuf message would cost. */
final class SentText implements MethodDescriptor.Marshaller<String> {
  private static final SentText MARSHALLER = new SentText();

  private SentText() {}

  static MethodDescriptor<String, String> unary(String name) {
    return MethodDescriptor.<String, String>newBuilder(MARSHALLER, MARSHALLER)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  @Override
  public InputStream stream(String message) {
    return new Bytes(message.getBytes(US_ASCII));
  }

  // Not readAllBytes, which allocates more than all the rest of a call. gRPC has the whole message.
  @Override
  public String parse(InputStream stream) {
    try {
      byte[] message = new byte[stream.available()];
      int length = stream.readNBytes(message, 0, message.length);
      return new String(message, 0, length, US_ASCII);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Writes itself, as protobuf does: else gRPC copies it by a buffer of 8 kB. */
  private static final class Bytes extends ByteArrayInputStream implements Drainable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      return (int) transferTo(target);
    }
  }
}
