package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.RequestScope;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What OpenTelemetry's interceptors for gRPC send, and whom they believe. */
class GrpcBordersTest {
  private static final String SENT = "user.id=u-1";
  private static final String FORGED = "user.id=admin";

  private final GrpcHop own = GrpcHop.remembering();
  private final GrpcHop third = GrpcHop.remembering();
  private final Queue<RequestScope> requests = new ConcurrentLinkedQueue<>();

  GrpcBordersTest() throws Exception {}

  @AfterEach
  void close() throws Exception {
    own.close();
    third.close();
  }

  private static void call(GrpcHop hop, ClientInterceptor... interceptors) {
    ManagedChannel channel = hop.channel();
    try {
      GrpcHop.get(ClientInterceptors.intercept(channel, interceptors));
    } finally {
      channel.shutdownNow();
    }
  }

  private static ClientInterceptor theirs(OpenTelemetry telemetry) {
    return GrpcTelemetry.create(telemetry).createClientInterceptor();
  }

  @Test
  void identity_goesWhereItIsMeantToGo() throws Exception {
    OpenTelemetrySdk telemetry = Shop.telemetry();
    Shop.as(
        Shop.install(telemetry, own.origin()),
        "u-1",
        () -> {
          call(own, theirs(telemetry));
          call(third, theirs(telemetry));
        });

    assertThat(own.seen()).containsExactly(SENT);
    assertThat(third.seen()).containsExactly("");
  }

  @Test
  void openTelemetryAlone_sendsAllToAll() throws Exception {
    OpenTelemetry telemetry = Shop.telemetry(W3CBaggagePropagator.getInstance());
    try (Scope ignored = Baggage.builder().put("user.id", "u-1").build().makeCurrent()) {
      call(third, theirs(telemetry));
    }

    assertThat(third.seen()).containsExactly(SENT);
  }

  /** Their Context is current there, before they have written into the call that it is for. */
  @Test
  void callByHand_inAnInnerInterceptor_getsNothing() throws Exception {
    OpenTelemetrySdk telemetry = Shop.telemetry();
    Queue<Metadata> byHand = new ConcurrentLinkedQueue<>();
    ClientInterceptor inner =
        new ClientInterceptor() {
          @Override
          public <Q, A> ClientCall<Q, A> interceptCall(
              MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            Metadata toOthers = new Metadata();
            telemetry
                .getPropagators()
                .getTextMapPropagator()
                .inject(
                    Context.current(),
                    toOthers,
                    (carrier, name, value) ->
                        carrier.put(
                            Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
            byHand.add(toOthers);
            return next.newCall(method, options);
          }
        };
    Shop.as(
        Shop.install(telemetry, own.origin()), "u-1", () -> call(own, inner, theirs(telemetry)));

    assertThat(byHand).hasSize(1);
    assertThat(byHand.element().containsKey(GrpcHop.BAGGAGE)).isFalse();
    assertThat(own.seen()).containsExactly(SENT);
  }

  private String served(
      PeerRules rules, UnaryOperator<ServerBuilder<?>> installed, TestTelemetry telemetry)
      throws Exception {
    Waybill waybill =
        Waybill.builder(telemetry.ofOthers())
            .carry(Telemetry.USER)
            .peers(rules)
            .onRequest((incoming, scope) -> requests.add(scope))
            .leakDetection(LeakDetection.STRICT)
            .build();
    WaybillInstrumentation.install(telemetry.ofOthers(), waybill);
    Metadata forged = new Metadata();
    forged.put(GrpcHop.BAGGAGE, FORGED);
    try (GrpcHop server =
        new GrpcHop(0, InsecureServerCredentials.create(), Telemetry::currentUser, installed)) {
      ManagedChannel channel = server.channel();
      try {
        return GrpcHop.get(
            ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(forged)));
      } finally {
        channel.shutdownNow();
      }
    } finally {
      // Of each request the end is seen: its span ends with it.
      telemetry.requireEachSpanEndedOnce();
      assertThat(requests).allMatch(RequestScope::isEnded);
      waybill.requireNoLeaks();
    }
  }

  @Test
  void stranger_isNotBelieved() throws Exception {
    try (TestTelemetry telemetry = TestTelemetry.create()) {
      GrpcTelemetry theirs = GrpcTelemetry.create(telemetry.ofOthers());
      PeerRules rules = PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN);

      assertThat(
              served(
                  rules,
                  builder ->
                      builder
                          .intercept(theirs.createServerInterceptor())
                          .intercept(WaybillInstrumentation.grpcPeers()),
                  telemetry))
          .isEqualTo("null");
      assertThat(telemetry.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
      assertThat(requests).hasSize(1);
    }
  }

  /** The addresses of the connection are known, too: an operator may believe a listener. */
  @Test
  void address_isTheConnections() throws Exception {
    try (TestTelemetry telemetry = TestTelemetry.create()) {
      GrpcTelemetry theirs = GrpcTelemetry.create(telemetry.ofOthers());
      Queue<Object> peers = new ConcurrentLinkedQueue<>();
      Waybill waybill =
          Waybill.builder(telemetry.ofOthers())
              .carry(Telemetry.USER)
              .peers(
                  peer -> {
                    peers.add(List.of(peer.remote(), peer.listener()));
                    return TrustZone.OWN;
                  })
              .build();
      WaybillInstrumentation.install(telemetry.ofOthers(), waybill);
      try (GrpcHop server =
          new GrpcHop(
              0,
              InsecureServerCredentials.create(),
              Telemetry::currentUser,
              builder ->
                  builder
                      .intercept(theirs.createServerInterceptor())
                      .intercept(WaybillInstrumentation.grpcPeers()))) {
        call(server);
        assertThat(peers.toString()).contains("/127.0.0.1:" + server.port());
      }
    }
  }

  /** Safe, if useless: they asked before it could say anything. */
  @Test
  void order_insideOfTheirs_believesNobody() throws Exception {
    try (TestTelemetry telemetry = TestTelemetry.create()) {
      GrpcTelemetry theirs = GrpcTelemetry.create(telemetry.ofOthers());

      assertThat(
              served(
                  PeerRules.none().verified("dns:*.shop.internal", TrustZone.OWN),
                  builder ->
                      builder
                          .intercept(WaybillInstrumentation.grpcPeers())
                          .intercept(theirs.createServerInterceptor()),
                  telemetry))
          .isEqualTo("null");
    }
  }
}
