package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.RpcAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.waybill.grpc.test.Note;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenTelemetry's conventions for gRPC say of spans, over real calls. */
class SpanConventionsTest {
  private static final AttributeKey<Long> PREVIOUS_ATTEMPTS =
      AttributeKey.longKey("previous-rpc-attempts");

  private final Hops hops = new Hops();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  /** Semantic conventions, gRPC, "gRPC status": on servers only some are errors. */
  @ParameterizedTest
  @CsvSource({
    "OK,                  UNSET, UNSET",
    "CANCELLED,           ERROR, UNSET",
    "UNKNOWN,             ERROR, ERROR",
    "INVALID_ARGUMENT,    ERROR, UNSET",
    "DEADLINE_EXCEEDED,   ERROR, ERROR",
    "NOT_FOUND,           ERROR, UNSET",
    "ALREADY_EXISTS,      ERROR, UNSET",
    "PERMISSION_DENIED,   ERROR, UNSET",
    "RESOURCE_EXHAUSTED,  ERROR, UNSET",
    "FAILED_PRECONDITION, ERROR, UNSET",
    "ABORTED,             ERROR, UNSET",
    "OUT_OF_RANGE,        ERROR, UNSET",
    "UNIMPLEMENTED,       ERROR, ERROR",
    "INTERNAL,            ERROR, ERROR",
    "UNAVAILABLE,         ERROR, ERROR",
    "DATA_LOSS,           ERROR, ERROR",
    "UNAUTHENTICATED,     ERROR, UNSET",
  })
  void status_ofEachCode(Status.Code code, StatusCode client, StatusCode server) throws Exception {
    ManagedChannel channel = open(new Answers(code), builder -> builder);

    assertThat(call(channel, Kind.UNARY)).isEqualTo(code);

    assertStatus(hops.spans.take(SpanKind.CLIENT), code, client);
    assertStatus(hops.spans.take(SpanKind.SERVER), code, server);
  }

  /** The table above has a line for each. */
  @Test
  void status_codesAreSeventeen() {
    assertThat(Status.Code.values()).hasSize(17);
  }

  private static void assertStatus(SpanData span, Status.Code code, StatusCode status) {
    boolean error = status == StatusCode.ERROR;
    // No description: it is text of the user.
    assertThat(span.getStatus()).isEqualTo(error ? StatusData.error() : StatusData.unset());
    assertThat(span.getAttributes().get(RpcAttributes.RPC_STATUS_CODE)).isEqualTo(code.name());
    assertThat(span.getAttributes().get(ErrorAttributes.ERROR_TYPE))
        .isEqualTo(error ? code.name() : null);
  }

  /** The conventions have message events as an option; they cost per message. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void messages_areNoEvents(Kind kind) throws Exception {
    ManagedChannel channel = open(new LowLevelHandler(), builder -> builder);

    assertThat(call(channel, kind)).isEqualTo(Status.Code.OK);

    assertThat(hops.spans.take(SpanKind.CLIENT).getEvents()).isEmpty();
    assertThat(hops.spans.take(SpanKind.SERVER).getEvents()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void attempts_areCountedWhereGrpcTells(Kind kind) throws Exception {
    ManagedChannel channel = open(new UnavailableTwice(), SpanConventionsTest::retrying);

    assertThat(call(channel, kind)).isEqualTo(Status.Code.OK);

    List<Long> attempts = new ArrayList<>();
    for (int attempt = 0; attempt < 3; attempt++) {
      attempts.add(hops.spans.take(SpanKind.SERVER).getAttributes().get(PREVIOUS_ATTEMPTS));
    }
    // In any order: the last callback of an attempt may run after the next has been answered.
    assertThat(attempts).containsExactlyInAnyOrder(null, 1L, 2L);
    SpanData client = hops.spans.take(SpanKind.CLIENT);
    assertThat(client.getAttributes().get(PREVIOUS_ATTEMPTS)).isEqualTo(2);
    assertThat(hops.spans.left()).isZero();
  }

  /** A peer can write anything into a header. */
  @ParameterizedTest
  @CsvSource({"0", "-1", "12345", "1 2", "'٣'", "''"})
  void attempts_thatAreNoNumber(String text) {
    Metadata headers = new Metadata();
    headers.put(Hops.key("grpc-previous-rpc-attempts"), text);

    assertThat(PreviousAttempts.in(headers)).isZero();
  }

  /** Conventions: the address of the connection, on the server. */
  @Test
  void peer_isTheAddressOfTheConnection() throws Exception {
    ManagedChannel channel = open(new LowLevelHandler(), builder -> builder);

    assertThat(call(channel, Kind.UNARY)).isEqualTo(Status.Code.OK);

    Attributes server = hops.spans.take(SpanKind.SERVER).getAttributes();
    assertThat(server.get(NetworkAttributes.NETWORK_PEER_ADDRESS)).isEqualTo("127.0.0.1");
    assertThat(server.get(NetworkAttributes.NETWORK_PEER_PORT)).isPositive();
  }

  /** A name that nobody has looked up stays so; what is no address is not shown. */
  @Test
  void peer_isNeverLookedUp() throws Exception {
    PeerAddress addresses = new PeerAddress();
    InetAddress named = InetAddress.getByAddress("named.example", new byte[] {10, 1, 2, 3});

    assertThat(addresses.shown(InetSocketAddress.createUnresolved("evil.example", 1)))
        .isEqualTo(Attributes.empty());
    assertThat(addresses.shown(UnixDomainSocketAddress.of("/run/x.sock")))
        .isEqualTo(Attributes.empty());
    assertThat(addresses.shown(null)).isEqualTo(Attributes.empty());
    assertThat(addresses.shown(new InetSocketAddress(named, 1)))
        .isEqualTo(
            Attributes.of(
                NetworkAttributes.NETWORK_PEER_ADDRESS,
                "10.1.2.3",
                NetworkAttributes.NETWORK_PEER_PORT,
                1L));
  }

  /** By the channel, whatever name the call asks it for. */
  @Test
  void server_ofACallForAnotherAuthority_isThatOfTheChannel() throws Exception {
    ManagedChannel channel = open(new LowLevelHandler(), builder -> builder);
    CallOptions elsewhere = CallOptions.DEFAULT.withAuthority("elsewhere.example:81");

    assertThat(new OneCall(Kind.UNARY).start(channel, elsewhere).send().code())
        .isEqualTo(Status.Code.OK);

    Attributes client = hops.spans.take(SpanKind.CLIENT).getAttributes();
    assertThat(client.get(ServerAttributes.SERVER_ADDRESS)).isEqualTo("127.0.0.1");
    assertThat(client.get(ServerAttributes.SERVER_PORT)).isPositive();
    Attributes server = hops.spans.take(SpanKind.SERVER).getAttributes();
    assertThat(server.get(ServerAttributes.SERVER_ADDRESS)).isEqualTo("elsewhere.example");
    assertThat(server.get(ServerAttributes.SERVER_PORT)).isEqualTo(81);
  }

  /** Conventions, gRPC: a target that has no host is shown as it stands, on the client alone. */
  @ParameterizedTest
  @ValueSource(strings = {"/run/containerd/containerd.sock", "xds-name with blanks"})
  void server_withoutAHost(String authority) {
    Attributes client = Target.called(authority).attributes();

    assertThat(client.get(ServerAttributes.SERVER_ADDRESS)).isEqualTo(authority);
    assertThat(client.get(ServerAttributes.SERVER_PORT)).isNull();
    assertThat(Target.called(authority).destination()).isNull();
    assertThat(Target.of(authority).attributes().get(ServerAttributes.SERVER_ADDRESS)).isNull();
  }

  private ManagedChannel open(LowLevelHandler handler, UnaryOperator<NettyChannelBuilder> channel)
      throws Exception {
    Server server =
        hops.start(
            WaybillGrpc.install(
                hops.serverBuilder().addService(handler.service()), hops.waybill().build()));
    return hops.open(
        channel.apply(WaybillGrpc.install(hops.channelBuilder(server), hops.waybillTo(server))));
  }

  private static Status.Code call(ManagedChannel channel, Kind kind) throws Exception {
    return new OneCall(kind).start(channel, CallOptions.DEFAULT).send().code();
  }

  private static NettyChannelBuilder retrying(NettyChannelBuilder builder) {
    return Retries.on(builder, Status.Code.UNAVAILABLE, 3);
  }

  private static final class Answers extends LowLevelHandler {
    private final Status.Code code;

    Answers(Status.Code code) {
      this.code = code;
    }

    @Override
    protected void answer(ServerCall<Note, Note> call) {
      if (code == Status.Code.OK) {
        super.answer(call);
      } else {
        call.close(code.toStatus().withDescription("for the user"), new Metadata());
      }
    }
  }

  private static final class UnavailableTwice extends LowLevelHandler {
    private final AtomicInteger answers = new AtomicInteger();

    @Override
    protected void answer(ServerCall<Note, Note> call) {
      if (answers.incrementAndGet() > 2) {
        super.answer(call);
      } else {
        call.close(Status.UNAVAILABLE, new Metadata());
      }
    }
  }
}
