package io.waybill.grpc;

import static io.waybill.grpc.Hops.PLAN;
import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a request is from, on the other side of a call. */
class IdentityTest {
  private static final AttributeKey<String> USER_ON_SPAN = AttributeKey.stringKey("user.id");

  private final Hops hops = new Hops();

  @AfterEach
  void close() throws Exception {
    hops.close();
  }

  @Test
  void identity_crossesUnary() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);

    String answer = asAnna(waybill, () -> hops.stub(server, waybill).unary(note("")).getText());

    assertThat(answer).isEqualTo("anna");
  }

  @Test
  void identity_crossesServerStream() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);

    List<String> answers = new ArrayList<>();
    Iterator<Note> notes = asAnna(waybill, () -> hops.stub(server, waybill).serverStream(note("")));
    notes.forEachRemaining(one -> answers.add(one.getText()));

    assertThat(answers).containsExactly("anna", "anna");
  }

  @Test
  void identity_crossesClientStream() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopStub stub = WaybillGrpc.wrap(HopGrpc.newStub(hops.channel(server)), waybill);
    Answers answers = new Answers();

    StreamObserver<Note> requests = asAnna(waybill, () -> stub.clientStream(answers));
    requests.onNext(note("1"));
    requests.onNext(note("2"));
    requests.onCompleted();

    assertThat(answers.all()).containsExactly("anna,anna,anna");
  }

  @Test
  void identity_crossesBidi() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopStub stub = WaybillGrpc.wrap(HopGrpc.newStub(hops.channel(server)), waybill);
    Answers answers = new Answers();

    StreamObserver<Note> requests = asAnna(waybill, () -> stub.bidi(answers));
    requests.onNext(note("1"));
    requests.onNext(note("2"));
    requests.onCompleted();

    assertThat(answers.all()).containsExactly("anna", "anna", "anna");
  }

  @Test
  void identity_crossesByChannelInterceptor() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill = hops.waybillTo(server);
    ManagedChannel channel =
        hops.open(hops.channelBuilder(server).intercept(WaybillGrpc.client(waybill)));

    String answer =
        asAnna(waybill, () -> HopGrpc.newBlockingStub(channel).unary(note("")).getText());

    assertThat(answer).isEqualTo("anna");
  }

  @Test
  void attribute_crossesWithIdentity() throws Exception {
    Server server =
        hops.server(
            hops.waybill().build(),
            new HopService(text -> Hops.user() + " " + RequestScope.current().get(PLAN)));
    Waybill waybill = hops.waybillTo(server);
    HopGrpc.HopBlockingStub stub = hops.stub(server, waybill);

    String answer =
        asAnna(
            waybill,
            () ->
                RequestScope.current()
                    .with(PLAN, "grün, 100%")
                    .call(() -> stub.unary(note("")).getText()));

    assertThat(answer).isEqualTo("anna grün, 100%");
  }

  @Test
  void identity_withheldWhereTlsWasDeclared() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill =
        hops.waybill().destination("grpcs://127.0.0.1:" + server.getPort(), TrustZone.OWN).build();

    String answer = asAnna(waybill, () -> hops.stub(server, waybill).unary(note("")).getText());

    assertThat(answer).isEqualTo("nobody");
  }

  @Test
  void identity_releasedToDestinationNamedForStub() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill =
        hops.waybill().destination("grpcs://orders.shop.internal", TrustZone.OWN).build();
    Destination orders = Destination.grpc("orders.shop.internal", true);
    HopGrpc.HopBlockingStub stub =
        WaybillGrpc.wrap(HopGrpc.newBlockingStub(hops.channel(server)), waybill, orders);

    String answer = asAnna(waybill, () -> stub.unary(note("")).getText());

    assertThat(answer).isEqualTo("anna");
  }

  /** The authority of one call says nothing of where the channel leads. */
  @Test
  void identity_withheldFromAuthorityOfCallOptions() throws Exception {
    Server server = hops.server(hops.waybill().build(), HopService.tellingUser());
    Waybill waybill =
        hops.waybill()
            .destination(Hops.origin(server), TrustZone.OWN)
            .destination("grpc://orders.shop.internal", TrustZone.OWN)
            .build();
    var channel = ClientInterceptors.intercept(hops.channel(server), WaybillGrpc.client(waybill));
    CallOptions moved = CallOptions.DEFAULT.withAuthority("orders.shop.internal");

    Note answer =
        asAnna(
            waybill,
            () ->
                ClientCalls.blockingUnaryCall(channel, HopGrpc.getUnaryMethod(), moved, note("")));

    assertThat(answer.getText()).isEqualTo("nobody");
  }

  @Test
  void identity_crossesWhereCodecOfAnotherFieldThrows() throws Exception {
    FieldCodec<String> broken =
        FieldCodec.of(
            text -> text,
            text -> {
              throw new NoClassDefFoundError("thrown by the test");
            },
            "nothing");
    BaggageField<String> field = BaggageField.attribute("broken", broken);
    Server server = hops.server(hops.waybill().carry(field).build(), HopService.tellingUser());
    Waybill waybill =
        hops.waybill().carry(field).destination(Hops.origin(server), TrustZone.OWN).build();

    String answer =
        asAnna(
            waybill,
            () ->
                RequestScope.current()
                    .with(field, "x")
                    .call(() -> hops.stub(server, waybill).unary(note("")).getText()));

    assertThat(answer).isEqualTo("anna");
  }

  @Test
  void client_destinationOfHttpIsRefused() {
    Waybill waybill = hops.waybill().build();
    Destination http = Destination.of(URI.create("http://127.0.0.1"));

    assertThatThrownBy(() -> WaybillGrpc.client(waybill, http))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("destination: http://127.0.0.1:80 (expected: scheme grpc or grpcs)");
  }

  private static <V> V asAnna(Waybill waybill, RequestScope.Task<V, RuntimeException> task) {
    return waybill.request().with(USER, "anna").call(task);
  }

  private static final class Answers implements StreamObserver<Note> {
    private final List<String> answers = new ArrayList<>();
    private final CompletableFuture<List<String>> done = new CompletableFuture<>();

    List<String> all() throws Exception {
      return done.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(Note note) {
      answers.add(note.getText());
    }

    @Override
    public void onError(Throwable failure) {
      done.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      done.complete(answers);
    }
  }
}
