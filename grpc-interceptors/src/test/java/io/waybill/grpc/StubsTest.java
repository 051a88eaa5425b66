package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each sort of stub, through a channel and to a server that Waybill is installed in. */
class StubsTest {
  private final TwoSides sides = new TwoSides();
  private Server server;
  private Waybill calling;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    Waybill serving = sides.strict(sides.waybill());
    server =
        sides.hops.start(
            WaybillGrpc.install(
                sides.hops.serverBuilder().addService(HopService.tellingUser()), serving));
    calling = sides.strict(sides.waybill().destination(Hops.origin(server), TrustZone.OWN));
    channel = sides.hops.open(WaybillGrpc.install(sides.hops.channelBuilder(server), calling));
  }

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  @Test
  void blocking_crosses() throws Exception {
    assertThat(asAnna(() -> HopGrpc.newBlockingStub(channel).unary(note(""))).getText())
        .isEqualTo("anna");
  }

  @Test
  void future_crosses() throws Exception {
    var answer = asAnna(() -> HopGrpc.newFutureStub(channel).unary(note("")));

    assertThat(answer.get(30, TimeUnit.SECONDS).getText()).isEqualTo("anna");
  }

  @Test
  void blockingV2_crossesUnary() throws Exception {
    assertThat(asAnna(() -> HopGrpc.newBlockingV2Stub(channel).unary(note(""))).getText())
        .isEqualTo("anna");
  }

  @Test
  void blockingV2_crossesServerStream() throws Exception {
    assertThat(asAnna(() -> all(HopGrpc.newBlockingV2Stub(channel).serverStream(note("")))))
        .containsExactly("anna", "anna");
  }

  /** Its callbacks run on the thread that reads, which keeps the Context that it has. */
  @Test
  void blockingV2_crossesStreamsFromOutsideOfTheRequest() throws Exception {
    for (boolean bidi : new boolean[] {false, true}) {
      HopGrpc.HopBlockingV2Stub stub = HopGrpc.newBlockingV2Stub(channel);
      BlockingClientCall<Note, Note> call = asAnna(bidi ? stub::bidi : stub::clientStream);

      assertThat(call.write(note("1"))).isTrue();
      call.halfClose();

      assertThat(String.join(",", all(call))).isEqualTo("anna,anna");
      assertThat(RequestScope.currentOrNull()).isNull();
    }
  }

  @Test
  void blockingV2_failsAsWithoutWaybill() throws Exception {
    sides.hops.start(sides.hops.serverBuilder());
    server.shutdownNow().awaitTermination();

    assertThatThrownBy(() -> asAnna(() -> HopGrpc.newBlockingV2Stub(channel).unary(note(""))))
        .isInstanceOf(StatusException.class)
        .hasMessageStartingWith("UNAVAILABLE");
  }

  @Test
  void install_takesBuildersOfUnknownTransport() throws Exception {
    ServerBuilder<?> anyServer = sides.hops.serverBuilder().addService(HopService.tellingUser());
    ManagedChannelBuilder<?> anyChannel = sides.hops.channelBuilder(server);

    Server other = WaybillGrpc.install(anyServer, calling).build().start();
    ManagedChannel to = WaybillGrpc.install(anyChannel, calling).build();

    assertThat(asAnna(() -> HopGrpc.newBlockingStub(to).unary(note(""))).getText())
        .isEqualTo("anna");
    assertThat(to.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(other.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void install_forDestination() throws Exception {
    Waybill waybill =
        sides.strict(sides.waybill().destination("grpcs://orders.shop.internal", TrustZone.OWN));
    Destination orders = Destination.grpc("orders.shop.internal", true);
    channel =
        sides.hops.open(WaybillGrpc.install(sides.hops.channelBuilder(server), waybill, orders));

    Note answer =
        waybill
            .request()
            .with(USER, "anna")
            .call(() -> HopGrpc.newBlockingStub(channel).unary(note("")));

    assertThat(answer.getText()).isEqualTo("anna");
  }

  @Test
  void install_destinationOfHttpIsRefused() {
    Destination http = Destination.of(URI.create("http://127.0.0.1"));

    assertThatThrownBy(() -> WaybillGrpc.install(sides.hops.channelBuilder(server), calling, http))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("destination: http://127.0.0.1:80 (expected: scheme grpc or grpcs)");
  }

  private static List<String> all(BlockingClientCall<?, Note> call) throws Exception {
    List<String> texts = new ArrayList<>();
    for (Note note = call.read(); note != null; note = call.read()) {
      texts.add(note.getText());
    }
    return texts;
  }

  private <V, X extends Exception> V asAnna(RequestScope.Task<V, X> task) throws X {
    return calling.request().with(USER, "anna").call(task);
  }
}
