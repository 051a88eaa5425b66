package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.CompositeCallCredentials;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.api.baggage.Baggage;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Credentials see the request of the call that they are for, whenever gRPC asks them. */
class CredentialsTest {
  private final TwoSides sides = new TwoSides();
  private final Hops hops = sides.hops;
  private final Queue<String> tokens = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  /** On which thread they ask who the user is. */
  enum Asks {
    AT_ONCE,
    ON_THE_EXECUTOR
  }

  /** A token for the user of the request. */
  private class UsersToken extends CallCredentials {
    private final Asks asks;

    UsersToken(Asks asks) {
      this.asks = asks;
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
      if (asks == Asks.AT_ONCE) {
        apply(applier);
      } else {
        executor.execute(() -> apply(applier));
      }
    }

    private void apply(MetadataApplier applier) {
      try {
        String user = RequestScope.current().get(USER);
        tokens.add(user + " " + Baggage.current().size());
        Metadata token = new Metadata();
        token.put(Hops.key("authorization"), "Bearer " + user);
        applier.apply(token);
      } catch (Throwable refused) {
        applier.fail(Status.UNAUTHENTICATED.withCause(refused));
      }
    }
  }

  /** The call's channel is cold, then warm, then idle. */
  @ParameterizedTest
  @EnumSource(Asks.class)
  void request_isSeenWhateverTheChannelIs(Asks asks) throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    ManagedChannel channel = hops.channel(server);
    HopGrpc.HopBlockingStub stub = stub(channel, waybill, new UsersToken(asks));

    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.IDLE);
    assertThat(callAs("u-1", waybill, stub)).isEqualTo("u-1");
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
    assertThat(callAs("u-2", waybill, stub)).isEqualTo("u-2");
    channel.enterIdle();
    Hops.await("idle", () -> channel.getState(false) == ConnectivityState.IDLE);
    assertThat(callAs("u-3", waybill, stub)).isEqualTo("u-3");

    assertThat(tokens).containsExactly("u-1 0", "u-2 0", "u-3 0");
  }

  /** All wait for one connection, which is made on a thread of gRPC's. */
  @ParameterizedTest
  @EnumSource(Asks.class)
  void requests_ofManyUsersOnAColdChannel(Asks asks) throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    HopGrpc.HopFutureStub stub =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(server)), waybill)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .withCallCredentials(new UsersToken(asks));

    List<Future<Note>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(waybill.request().with(USER, "u-" + i).call(() -> stub.unary(note(""))));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i).get(60, TimeUnit.SECONDS).getText()).isEqualTo("u-" + i);
      assertThat(tokens).contains("u-" + i + " 0");
    }
    assertThat(tokens).hasSize(50);
  }

  @Test
  void request_isSeenAfterTheServerWasDown() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ManagedChannel channel = hops.channel(port);
    Waybill waybill =
        sides.strict(sides.waybill().destination("grpc://127.0.0.1:" + port, TrustZone.OWN));
    HopGrpc.HopFutureStub stub =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(channel), waybill)
            .withWaitForReady()
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .withCallCredentials(new UsersToken(Asks.AT_ONCE));

    Future<Note> answer = waybill.request().with(USER, "u-1").call(() -> stub.unary(note("")));
    Hops.await(
        "a failure to connect",
        () -> channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE);
    assertThat(tokens).isEmpty();
    hops.start(
        WaybillGrpc.install(
            NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(HopService.tellingUser()),
            sides.strict(sides.waybill())));
    channel.resetConnectBackoff();

    assertThat(answer.get(60, TimeUnit.SECONDS).getText()).isEqualTo("u-1");
    assertThat(tokens).containsExactly("u-1 0");
  }

  /** A token that is fetched there takes along what its own server may have, and no more. */
  @ParameterizedTest
  @EnumSource(Asks.class)
  void callOfTheCredentials_isDecidedFromTheRequest(Asks asks) throws Exception {
    Server server = server();
    Server trusted = server();
    Server other = server();
    Waybill waybill =
        sides.strict(
            sides
                .waybill()
                .destination(Hops.origin(server), TrustZone.OWN)
                .destination(Hops.origin(trusted), TrustZone.OWN));
    HopGrpc.HopBlockingStub toTrusted = hops.stub(trusted, waybill);
    HopGrpc.HopBlockingStub toOther = hops.stub(other, waybill);
    CallCredentials fetching =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo call, Executor executor, MetadataApplier applier) {
            // Not at once: on a cold channel that would block gRPC's own thread.
            executor.execute(
                () -> {
                  tokens.add(toTrusted.unary(note("")).getText());
                  tokens.add(toOther.unary(note("")).getText());
                  new UsersToken(asks).applyRequestMetadata(call, executor, applier);
                });
          }
        };

    assertThat(callAs("u-1", waybill, stub(hops.channel(server), waybill, fetching)))
        .isEqualTo("u-1");

    assertThat(tokens).containsExactly("u-1", "nobody", "u-1 0");
  }

  @Test
  void credentials_ofSeveral_areAllAskedInTheRequest() throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    CallCredentials both =
        new CompositeCallCredentials(
            new UsersToken(Asks.AT_ONCE), new UsersToken(Asks.ON_THE_EXECUTOR));

    assertThat(callAs("u-1", waybill, stub(hops.channel(server), waybill, both))).isEqualTo("u-1");

    assertThat(tokens).containsExactly("u-1 0", "u-1 0");
  }

  /** Outside of every request there is none for them either, and the failure is the user's own. */
  @Test
  void credentials_outsideOfARequest_areAskedOutsideToo() throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    CallCredentials anonymous =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo call, Executor executor, MetadataApplier applier) {
            tokens.add(String.valueOf(RequestScope.currentOrNull()));
            applier.apply(new Metadata());
          }
        };

    assertThat(stub(hops.channel(server), waybill, anonymous).unary(note("")).getText())
        .isEqualTo("nobody");
    assertThat(tokens).containsExactly("null");
  }

  @Test
  void credentials_thatAnInterceptorOutsideOfOursSets_areAskedInTheRequest() throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    ManagedChannel channel =
        hops.open(
            hops.channelBuilder(server)
                .intercept(WaybillGrpc.client(waybill))
                .intercept(setting(new UsersToken(Asks.AT_ONCE))));

    assertThat(callAs("u-1", waybill, HopGrpc.newBlockingStub(channel))).isEqualTo("u-1");

    assertThat(tokens).containsExactly("u-1 0");
  }

  /** Ours has passed by then: what is set there has to keep the request by itself. */
  @Test
  void credentials_thatAnInterceptorInsideOfOursSets_canKeepTheRequest() throws Exception {
    Server server = server();
    Waybill waybill = calling(server);
    ClientInterceptor keeping =
        new ClientInterceptor() {
          @Override
          public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
              MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
            RequestScope scope = RequestScope.current();
            CallCredentials token = new UsersToken(Asks.AT_ONCE);
            return next.newCall(
                method,
                options.withCallCredentials(
                    new CallCredentials() {
                      @Override
                      public void applyRequestMetadata(
                          RequestInfo call, Executor executor, MetadataApplier applier) {
                        scope.run(() -> token.applyRequestMetadata(call, executor, applier));
                      }
                    }));
          }
        };
    ManagedChannel channel =
        hops.open(
            hops.channelBuilder(server).intercept(keeping).intercept(WaybillGrpc.client(waybill)));

    assertThat(callAs("u-1", waybill, HopGrpc.newBlockingStub(channel))).isEqualTo("u-1");

    assertThat(tokens).hasSize(1).allMatch(token -> token.startsWith("u-1 "));
  }

  @Test
  void credentials_areShownAsTheUsers() {
    CallCredentials users =
        new UsersToken(Asks.AT_ONCE) {
          @Override
          public String toString() {
            return "mine";
          }
        };

    assertThat(
            new RequestCredentials(users, null, null, null, null, new RequestCredentials.Replays()))
        .hasToString("mine");
  }

  private static ClientInterceptor setting(CallCredentials credentials) {
    return new ClientInterceptor() {
      @Override
      public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
          MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withCallCredentials(credentials));
      }
    };
  }

  private Server server() throws Exception {
    return hops.server(sides.strict(sides.waybill()), HopService.tellingUser());
  }

  private Waybill calling(Server server) {
    return sides.strict(sides.waybill().destination(Hops.origin(server), TrustZone.OWN));
  }

  private static HopGrpc.HopBlockingStub stub(
      ManagedChannel channel, Waybill waybill, CallCredentials credentials) {
    return WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel), waybill)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .withCallCredentials(credentials);
  }

  private static String callAs(String user, Waybill waybill, HopGrpc.HopBlockingStub stub) {
    return waybill.request().with(USER, user).call(() -> stub.unary(note("")).getText());
  }
}
