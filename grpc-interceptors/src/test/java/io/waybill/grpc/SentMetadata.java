package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps the metadata that a server has received, call by call. */
final class SentMetadata implements ServerInterceptor {
  private final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Metadata copy = new Metadata();
    copy.merge(headers);
    received.add(copy);
    return next.startCall(call, headers);
  }

  Metadata take() throws InterruptedException {
    Metadata metadata = received.poll(30, TimeUnit.SECONDS);
    assertThat(metadata).as("a call's metadata").isNotNull();
    return metadata;
  }

  static List<String> lines(Metadata metadata, String name) {
    List<String> lines = new ArrayList<>();
    Iterable<String> values = metadata.getAll(Hops.key(name));
    if (values != null) {
      values.forEach(lines::add);
    }
    return lines;
  }

  static List<String> baggage(Metadata metadata) {
    return lines(metadata, "baggage");
  }
}
