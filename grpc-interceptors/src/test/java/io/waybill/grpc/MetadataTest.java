package io.waybill.grpc;

import static io.waybill.grpc.Hops.PLAN;
import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.key;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call's metadata holds, and how much. */
class MetadataTest {
  private final Hops hops = new Hops();
  private final SentMetadata sent = new SentMetadata();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  @Test
  void baggage_ofApplicationIsMergedIntoOneLine() throws Exception {
    Server server = recordingServer();
    Metadata own = new Metadata();
    own.put(key("baggage"), "plan=silver,x=1,user.id=mallory");
    own.put(key("baggage"), "y=2;p");

    sendAsAnna(server, own);

    List<String> lines = SentMetadata.baggage(sent.take());
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).split(","))
        .anyMatch(member -> member.startsWith("request.id="))
        .contains("user.id=anna", "plan=silver", "x=1", "y=2;p")
        .hasSize(5);
  }

  @Test
  void traceparent_ofApplicationIsReplaced() throws Exception {
    Server server = recordingServer();
    Metadata own = new Metadata();
    own.put(key("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    sendAsAnna(server, own);

    assertThat(SentMetadata.lines(sent.take(), "traceparent"))
        .hasSize(1)
        .noneMatch(line -> line.contains("0af7651916cd43dd8448eb211c80319c"));
  }

  /** Over the wire in front, then on to a server that takes 8192 bytes of metadata in all. */
  @Test
  void baggage_thatFillsTheInboundLimitStillCallsOn() throws Exception {
    Server back =
        hops.start(
            hops.serverBuilder()
                .addService(HopService.tellingUser())
                .intercept(sent)
                .intercept(WaybillGrpc.server(hops.waybill().build())));
    HopGrpc.HopBlockingStub toBack = hops.stub(back);
    Server front =
        hops.start(
            hops.serverBuilder()
                .maxInboundMetadataSize(20_000)
                .addService(
                    new HopService(
                        text -> toBack.unary(note("")).getText() + Baggage.current().size()))
                .intercept(WaybillGrpc.server(hops.waybill().build())));
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < 62; i++) {
      line.append("member-").append(100 + i).append('=').append("v".repeat(119)).append(',');
    }
    line.append("user.id=anna,plan=gold");
    line.append("d".repeat(8192 - line.length()));
    Metadata metadata = new Metadata();
    metadata.put(key("baggage"), line.toString());

    String answer =
        attach(HopGrpc.newBlockingStub(hops.channel(front)), metadata).unary(note("")).getText();

    // 64 came in, and a request id was made here.
    assertThat(answer).isEqualTo("anna65");
    String onwards = SentMetadata.baggage(sent.take()).get(0);
    assertThat(onwards).contains("user.id=anna,plan=gold").contains("member-");
    assertThat(onwards.length()).isBetween(2000, 4096);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 2000, 3500, 5000, 6000, 7000, 7500})
  void call_passesHoweverLargeItsOtherMetadataIs(int size) throws Exception {
    Server server = recordingServer();
    Metadata own = new Metadata();
    own.put(key("x-other"), "o".repeat(size));

    sendMuch(server, hops.waybillTo(server), own, null);

    Metadata received = sent.take();
    assertThat(received.get(key("x-other"))).hasSize(size);
    int baggage = SentMetadata.baggage(received).stream().mapToInt(String::length).sum();
    assertThat(baggage).isLessThanOrEqualTo(4096);
    if (size <= 500) {
      assertThat(baggage).isGreaterThan(1900);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2000, 4096 + 7})
  void call_passesWithCredentialsThatWeCannotSee(int size) throws Exception {
    Server server = recordingServer();
    Waybill greedy =
        hops.waybill()
            .limits(Limits.DEFAULT.withGrpcBytes(8192))
            .destination(Hops.origin(server), TrustZone.OWN)
            .build();

    sendMuch(server, greedy, new Metadata(), new Token(size));

    Metadata received = sent.take();
    assertThat(received.get(key("authorization"))).hasSize(size);
    assertThat(SentMetadata.baggage(received).get(0).length()).isGreaterThan(2000);
  }

  @Test
  void budget_countsNamesValuesAndEntries() {
    var method = HopGrpc.getUnaryMethod();
    Target target = Target.of("127.0.0.1:80");
    int empty = MetadataBudget.forBaggage(new Metadata(), method, target);
    Metadata metadata = new Metadata();
    metadata.put(key("x-a"), "1234");
    metadata.put(key("x-a"), "5");
    metadata.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[4]);

    int left = MetadataBudget.forBaggage(metadata, method, target);

    assertThat(empty - left).isEqualTo(3 + 4 + 32 + 3 + 1 + 32 + 5 + 8 + 32);
  }

  @Test
  void budget_keepsNoReserveForCredentialsThatAreThere() {
    var method = HopGrpc.getUnaryMethod();
    Target target = Target.of("127.0.0.1:80");
    Metadata metadata = new Metadata();
    metadata.put(key("authorization"), "t");

    assertThat(MetadataBudget.forBaggage(metadata, method, target))
        .isGreaterThan(MetadataBudget.forBaggage(new Metadata(), method, target));
  }

  @Test
  void budget_isNeverNegative() {
    Metadata metadata = new Metadata();
    metadata.put(key("x"), "x".repeat(10_000));

    assertThat(MetadataBudget.forBaggage(metadata, HopGrpc.getUnaryMethod(), Target.of("a:80")))
        .isZero();
  }

  @Test
  void carrier_readsAllLinesInOrder() {
    Metadata metadata = new Metadata();
    metadata.put(key("baggage"), "a=1");
    metadata.put(key("baggage"), "b=2");

    assertThat(MetadataCarrier.INSTANCE.getAll(metadata, "Baggage"))
        .toIterable()
        .containsExactly("a=1", "b=2");
    assertThat(MetadataCarrier.INSTANCE.get(metadata, "baggage")).isEqualTo("a=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "", "two words", "x\ny", "some-bin", "ünlaut"})
  void carrier_hasNothingUnderName(String name) {
    assertThat(MetadataCarrier.INSTANCE.get(new Metadata(), name)).isNull();
    assertThat(MetadataCarrier.INSTANCE.getAll(null, name)).isExhausted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ünlaut", "a\r\nb: c", "tab\t", "nul\0", "del\u007f"})
  void carrier_writesPrintableAsciiOnly(String value) {
    Metadata metadata = new Metadata();

    MetadataCarrier.INSTANCE.set(metadata, "x-id", value);

    assertThat(metadata.keys()).isEmpty();
  }

  @Test
  void carrier_replacesLine() {
    Metadata metadata = new Metadata();
    metadata.put(key("x-id"), "1");
    metadata.put(key("x-id"), "2");

    MetadataCarrier.INSTANCE.set(metadata, "X-Id", "3");
    MetadataCarrier.INSTANCE.set(metadata, "some-bin", "4");
    MetadataCarrier.INSTANCE.set(null, "x-id", "5");

    assertThat(metadata.getAll(key("x-id"))).containsExactly("3");
    assertThat(metadata.keys()).containsExactly("x-id");
  }

  @Test
  void carrier_stillReadsOnceItsKeysAreFull() {
    Metadata metadata = new Metadata();
    for (int i = 0; i < 100; i++) {
      metadata.put(key("x-" + i), "v" + i);
    }

    for (int i = 0; i < 100; i++) {
      assertThat(MetadataCarrier.INSTANCE.get(metadata, "x-" + i)).isEqualTo("v" + i);
    }
  }

  private Server recordingServer() throws Exception {
    return hops.start(hops.serverBuilder().addService(HopService.tellingUser()).intercept(sent));
  }

  private void sendAsAnna(Server server, Metadata own) {
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub stub =
        WaybillGrpc.wrap(HopGrpc.newBlockingStub(hops.channel(server)), waybill);
    waybill.request().with(USER, "anna").run(() -> attach(stub, own).unary(note("")));
  }

  /** Sends as much baggage as there is room for. */
  private void sendMuch(Server server, Waybill waybill, Metadata own, CallCredentials token) {
    Channel channel = hops.channel(server);
    HopGrpc.HopBlockingStub stub =
        attach(WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel), waybill), own)
            .withCallCredentials(token);
    waybill
        .request()
        .with(USER, "anna")
        .run(
            () ->
                RequestScope.current()
                    .with(PLAN, "gold")
                    .run(
                        () -> {
                          try (var ignored = much().makeCurrent()) {
                            stub.unary(note(""));
                          }
                        }));
  }

  private static Context much() {
    BaggageBuilder much = Baggage.current().toBuilder();
    for (int i = 0; i < 60; i++) {
      much.put("member-" + i, "v".repeat(100));
    }
    return Context.current().with(much.build());
  }

  /** Attached outside of Waybill, as an application does that wraps a wrapped stub. */
  private static HopGrpc.HopBlockingStub attach(HopGrpc.HopBlockingStub stub, Metadata own) {
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(own));
  }

  private static final class Token extends CallCredentials {
    private final int size;

    Token(int size) {
      this.size = size;
    }

    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
      Metadata token = new Metadata();
      token.put(key("authorization"), "t".repeat(size));
      applier.apply(token);
    }
  }
}
