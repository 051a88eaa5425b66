package io.waybill.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a gRPC call is shown as a span.
 *
 * <p><b>Source.</b> OpenTelemetry semantic conventions 1.45, gRPC. Descriptions of statuses and
 * exceptions are user text, which may hold a value: they are left out.
 */
final class RpcSpan {
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> PEER_ADDRESS = AttributeKey.stringKey("network.peer.address");
  static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> STATUS_CODE = AttributeKey.stringKey("rpc.status_code");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  // The name that gRPC's own tracing gives it (gRFC A72); the conventions have none.
  private static final AttributeKey<Long> PREVIOUS_ATTEMPTS =
      AttributeKey.longKey("previous-rpc-attempts");

  /** The others are the caller's errors, and an answer like any other for the server. */
  private static final Set<Status.Code> SERVER_ERRORS =
      Set.of(
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  private RpcSpan() {}

  /** Returns {@code package.Service/Method}. */
  static String name(MethodDescriptor<?, ?> method) {
    return method.getFullMethodName();
  }

  /** Starts the attributes that all calls to one target share. */
  static AttributesBuilder systemAttributes() {
    return Attributes.builder().put(SYSTEM, "grpc");
  }

  static Consumer<SpanBuilder> attributes(MethodDescriptor<?, ?> method, Target target) {
    return span ->
        span.setAllAttributes(target.attributes()).setAttribute(METHOD, method.getFullMethodName());
  }

  /**
   * Returns the attributes of a call that is served.
   *
   * @param peer those of where it comes from
   * @param headers may say that it is retried
   */
  static Consumer<SpanBuilder> attributes(
      MethodDescriptor<?, ?> method, Target target, Attributes peer, Metadata headers) {
    Consumer<SpanBuilder> attributes =
        span ->
            span.setAllAttributes(target.attributes())
                .setAllAttributes(peer)
                .setAttribute(METHOD, method.getFullMethodName());
    long attempts = PreviousAttempts.in(headers);
    return attempts == 0
        ? attributes
        : attributes.andThen(span -> span.setAttribute(PREVIOUS_ATTEMPTS, attempts));
  }

  /** Shows on the span of a call how many attempts failed before the one with these headers. */
  static void setAttempts(Span span, Metadata headers) {
    long attempts = span.isRecording() ? PreviousAttempts.in(headers) : 0;
    if (attempts > 0) {
      span.setAttribute(PREVIOUS_ATTEMPTS, attempts);
    }
  }

  static void setClientStatus(Span span, Status.Code code) {
    setStatus(span, code, code != Status.Code.OK);
  }

  static void setServerStatus(Span span, Status.Code code) {
    setStatus(span, code, SERVER_ERRORS.contains(code));
  }

  private static void setStatus(Span span, Status.Code code, boolean error) {
    span.setAttribute(STATUS_CODE, code.name());
    if (error) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ERROR_TYPE, code.name());
    }
  }
}
