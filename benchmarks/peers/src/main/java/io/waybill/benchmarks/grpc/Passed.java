package io.waybill.benchmarks.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.InputStream;

/** A message that is handed over as it is: to write and read bytes would cost the same for all. */
@SuppressWarnings("InputStreamSlowMultibyteRead") // it is never read
final class Passed extends InputStream {
  private static final MethodDescriptor.Marshaller<String> MARSHALLER = new AsItIs();

  private final String message;

  private Passed(String message) {
    this.message = message;
  }

  static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder(MARSHALLER, MARSHALLER)
        .setType(type)
        .setFullMethodName(name)
        .build();
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("read (expected: both ends in this process)");
  }

  private static final class AsItIs implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String message) {
      return new Passed(message);
    }

    @Override
    public String parse(InputStream stream) {
      return ((Passed) stream).message;
    }
  }
}
