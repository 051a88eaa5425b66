package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.CountedTelemetry;
import io.waybill.testing.TestLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Servers and clients with Waybill on both sides, and the same without it. Whatever a test does to
 * a call, when all is over each span has been ended once, no request is open, no thread is in one,
 * and no log shows a value.
 */
final class TwoSides implements AutoCloseable {
  /** A value that stands nowhere else. */
  static final String ANNA = "anna-5f0c71";

  final Hops hops = new Hops();
  CountedTelemetry spans = new CountedTelemetry(hops.openTelemetry);
  UnaryOperator<NettyServerBuilder> server = builder -> builder;
  UnaryOperator<NettyChannelBuilder> channel = builder -> builder;
  UnaryOperator<WaybillBuilder> setUp = builder -> builder;
  private final TestLog log = TestLog.start();
  private final List<Waybill> waybills = new ArrayList<>();

  /** What a test does with one side or the other. */
  interface Play {
    /** Returns what the caller got. */
    String on(Side side) throws Exception;
  }

  /** A server and a channel to it; {@code waybill} is the client's, null without Waybill. */
  record Side(
      Server server, ManagedChannel channel, LowLevelHandler handler, @Nullable Waybill waybill) {
    OneCall start(Kind kind) {
      return start(new OneCall(kind));
    }

    OneCall start(OneCall call) {
      return start(call, CallOptions.DEFAULT);
    }

    /** Starts a call whose user is {@link #ANNA}. */
    OneCall start(OneCall call, CallOptions options) {
      return waybill == null
          ? call.start(channel, options)
          : waybill.request().with(USER, ANNA).call(() -> call.start(channel, options));
    }
  }

  /** Starts a call and waits until its first message has reached the handler. */
  static OneCall underWay(Side side, Kind kind) {
    OneCall call = side.start(kind).sendFirst();
    Hops.await("the message", () -> side.handler().has(Callback.ON_MESSAGE));
    return call;
  }

  /** Expects that {@code play} is played alike with Waybill and without; returns the former. */
  Side same(Supplier<LowLevelHandler> handlers, Play play) throws Exception {
    String expected = play.on(without(handlers.get()));
    Side side = with(handlers.get());
    assertThat(play.on(side)).as("outcome with Waybill").isEqualTo(expected);
    Hops.await("the end of all spans", () -> spans.ends() >= spans.started());
    return side;
  }

  Side without(LowLevelHandler handler) throws Exception {
    Server plain = hops.start(server.apply(hops.serverBuilder().addService(handler.service())));
    return new Side(plain, hops.open(channel.apply(hops.channelBuilder(plain))), handler, null);
  }

  Side with(LowLevelHandler handler) throws Exception {
    NettyServerBuilder builder = server.apply(hops.serverBuilder().addService(handler.service()));
    Server ours = hops.start(WaybillGrpc.install(builder, strict(waybill())));
    Waybill calling = strict(waybill().destination(Hops.origin(ours), TrustZone.OWN));
    NettyChannelBuilder to = channel.apply(hops.channelBuilder(ours));
    return new Side(ours, hops.open(WaybillGrpc.install(to, calling)), handler, calling);
  }

  WaybillBuilder waybill() {
    return Hops.waybill(spans);
  }

  Waybill strict(WaybillBuilder builder) {
    Waybill waybill = setUp.apply(builder).leakDetection(LeakDetection.STRICT).build();
    waybills.add(waybill);
    return waybill;
  }

  @Override
  public void close() throws Exception {
    try (log) {
      hops.close();
      // Where a test has servers of its own, the last callback may run after they have stopped.
      Hops.await("the end of all spans", () -> spans.ends() >= spans.started());
      assertThat(spans.ends()).as("ends of spans").isEqualTo(spans.started());
      waybills.forEach(Waybill::requireNoLeaks);
      assertThat(log.text()).doesNotContain(ANNA);
    }
  }
}
