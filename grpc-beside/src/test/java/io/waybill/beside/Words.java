package io.waybill.beside;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A service of strings, with a method of each kind. Every one answers once, at its end. */
final class Words implements BindableService {
  /** The four kinds of calls. */
  enum Kind {
    UNARY(MethodType.UNARY),
    SERVER_STREAM(MethodType.SERVER_STREAMING),
    CLIENT_STREAM(MethodType.CLIENT_STREAMING),
    BIDI(MethodType.BIDI_STREAMING);

    final MethodDescriptor<String, String> method;

    Kind(MethodType type) {
      method =
          MethodDescriptor.<String, String>newBuilder()
              .setType(type)
              .setFullMethodName("waybill.Words/" + name())
              .setRequestMarshaller(new Utf8())
              .setResponseMarshaller(new Utf8())
              .build();
    }
  }

  private final Supplier<String> answer;

  Words(Supplier<String> answer) {
    this.answer = answer;
  }

  /** Makes a call, waits for its end, and returns the answer. */
  static String call(Channel channel, Kind kind) throws Exception {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
    return switch (kind) {
      case UNARY -> ClientCalls.blockingUnaryCall(channel, kind.method, options, "");
      case SERVER_STREAM ->
          all(ClientCalls.blockingServerStreamingCall(channel, kind.method, options, ""));
      case CLIENT_STREAM -> {
        Last last = new Last();
        send(ClientCalls.asyncClientStreamingCall(channel.newCall(kind.method, options), last));
        yield last.answer.get(60, TimeUnit.SECONDS);
      }
      case BIDI -> {
        Last last = new Last();
        send(ClientCalls.asyncBidiStreamingCall(channel.newCall(kind.method, options), last));
        yield last.answer.get(60, TimeUnit.SECONDS);
      }
    };
  }

  private static void send(StreamObserver<String> requests) {
    requests.onNext("");
    requests.onCompleted();
  }

  private static String all(Iterator<String> answers) {
    List<String> all = new ArrayList<>();
    answers.forEachRemaining(all::add);
    return String.join(",", all);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("waybill.Words")
        .addMethod(Kind.UNARY.method, ServerCalls.asyncUnaryCall((in, out) -> answer(out)))
        .addMethod(
            Kind.SERVER_STREAM.method,
            ServerCalls.asyncServerStreamingCall((in, out) -> answer(out)))
        .addMethod(Kind.CLIENT_STREAM.method, ServerCalls.asyncClientStreamingCall(this::receive))
        .addMethod(Kind.BIDI.method, ServerCalls.asyncBidiStreamingCall(this::receive))
        .build();
  }

  private void answer(StreamObserver<String> out) {
    out.onNext(answer.get());
    out.onCompleted();
  }

  /** Such a handler is first called when the call starts, not when a message comes. */
  private StreamObserver<String> receive(StreamObserver<String> out) {
    String atStart = answer.get();
    return new StreamObserver<>() {
      @Override
      public void onNext(String message) {}

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        String atEnd = answer.get();
        out.onNext(atEnd.equals(atStart) ? atEnd : atStart + ", then " + atEnd);
        out.onCompleted();
      }
    };
  }

  private static final class Last implements StreamObserver<String> {
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private String last = "";

    @Override
    public void onNext(String message) {
      last = message;
    }

    @Override
    public void onError(Throwable failed) {
      answer.completeExceptionally(failed);
    }

    @Override
    public void onCompleted() {
      answer.complete(last);
    }
  }

  private static final class Utf8 implements Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
