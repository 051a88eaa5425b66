package io.waybill.benchmarks.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import brave.Tracing;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.benchmarks.SocketSubject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is measured over sockets does its work: a subject that carried nothing would look cheap. On
 * this class path stand all of them. That each handler reads its user is checked in every call.
 */
class SocketCallsTest {
  private static final Map<String, String> MEMBERS =
      Map.of(
          "request.id",
          Identity.TRACE_ID,
          "user.id",
          "u-1042",
          "tenant.id",
          "acme",
          "plan",
          "gold");

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "UNUSED_GRPC_TELEMETRY"})
  void call_plain_carriesNothing(SocketSubject subject) throws Exception {
    Seen seen = call(subject);

    assertThat(seen.headers)
        .hasSize(SocketCalls.AT_ONCE)
        .allSatisfy(headers -> assertThat(headers).doesNotContainKeys("traceparent", "baggage"));
    assertThat(seen.recording).hasSize(SocketCalls.AT_ONCE).containsOnly(false);
  }

  @ParameterizedTest
  @EnumSource(names = {"READY_HEADERS", "OPEN_TELEMETRY", "WAYBILL"})
  void call_identity_carriesItAndStartsNoSpan(SocketSubject subject) throws Exception {
    Seen seen = call(subject);

    assertThat(seen.headers)
        .hasSize(SocketCalls.AT_ONCE)
        .allSatisfy(headers -> assertThat(members(headers)).isEqualTo(MEMBERS))
        .allSatisfy(
            headers -> assertThat(headers).containsEntry("traceparent", Identity.TRACEPARENT));
    assertThat(seen.recording).hasSize(SocketCalls.AT_ONCE).containsOnly(false);
  }

  @ParameterizedTest
  @EnumSource(names = {"GRPC_OPEN_TELEMETRY", "GRPC_TELEMETRY", "WAYBILL_WITH_SPANS"})
  void call_spans_carriesIdentityAndRecordsBoth(SocketSubject subject) throws Exception {
    Seen seen = call(subject);

    List<String> parents =
        seen.headers.stream().map(headers -> headers.get("traceparent")).toList();
    assertThat(parents)
        .hasSize(SocketCalls.AT_ONCE)
        .doesNotHaveDuplicates()
        .doesNotContain(Identity.TRACEPARENT)
        .allMatch(parent -> parent.matches("00-" + Identity.TRACE_ID + "-[0-9a-f]{16}-01"));
    assertThat(seen.headers).allSatisfy(headers -> assertThat(members(headers)).isEqualTo(MEMBERS));
    assertThat(seen.recording).hasSize(SocketCalls.AT_ONCE).containsOnly(true);
  }

  @Test
  void call_brave_carriesIdentityAndRecordsBoth() throws Exception {
    Seen seen = call(SocketSubject.BRAVE);

    assertThat(seen.headers)
        .hasSize(SocketCalls.AT_ONCE)
        .allSatisfy(headers -> assertThat(headers).containsAllEntriesOf(MEMBERS))
        .allSatisfy(headers -> assertThat(headers).containsEntry("x-b3-sampled", "1"))
        .extracting(headers -> headers.get("x-b3-spanid"))
        .doesNotHaveDuplicates();
    assertThat(seen.recording).hasSize(SocketCalls.AT_ONCE).containsOnly(true);
  }

  private static Map<String, String> members(Map<String, String> headers) {
    Map<String, String> members = new HashMap<>();
    for (String member : headers.get("baggage").split(",")) {
      members.put(member.split("=")[0], member.split("=")[1]);
    }
    return members;
  }

  private static Seen call(SocketSubject subject) throws Exception {
    Class<?> type = Class.forName(subject.type());
    Seen seen = new Seen((Calls) type.getDeclaredConstructor().newInstance());
    try (SocketCalls calls = new SocketCalls(seen)) {
      calls.call();
    }
    return seen;
  }

  /** Looks at what comes in before what is installed does, and at the span in the handler. */
  private static final class Seen extends Calls implements ServerInterceptor {
    private final Calls installed;
    private final Queue<Map<String, String>> headers = new ConcurrentLinkedQueue<>();
    private final Queue<Boolean> recording = new ConcurrentLinkedQueue<>();

    Seen(Calls installed) {
      this.installed = installed;
    }

    @Override
    protected void install(ServerBuilder<?> builder) {
      installed.install(builder);
      builder.intercept(this);
    }

    @Override
    protected void install(ManagedChannelBuilder<?> builder) {
      installed.install(builder);
    }

    @Override
    protected Context caller() {
      return installed.caller();
    }

    @Override
    protected String expected() {
      return installed.expected();
    }

    @Override
    protected void leave() {
      installed.leave();
    }

    @Override
    protected String user() {
      recording.add(Span.current().isRecording() || isBraveRecording());
      return installed.user();
    }

    private static boolean isBraveRecording() {
      Tracing brave = Tracing.current();
      brave.Span span = brave == null ? null : brave.tracer().currentSpan();
      return span != null && !span.isNoop();
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata metadata, ServerCallHandler<ReqT, RespT> next) {
      Map<String, String> text = new HashMap<>();
      for (String name : metadata.keys()) {
        text.put(name, metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
      }
      headers.add(text);
      return next.startCall(call, metadata);
    }
  }
}
