package io.waybill.testing;

import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * Services of yours in one JVM, with real sockets between them: two hops, or more. It sets each up,
 * lets it call those that it names, and remembers what its requests were.
 *
 * <pre>{@code
 * try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER).carry(TENANT))) {
 *   Hop stock = hops.start(waybill -> grpc(new StockService(), waybill));
 *   Hop orders = hops.start(waybill -> grpc(new OrdersService(stock.port(), waybill), waybill), stock);
 *
 *   Waybill client = hops.client(orders);
 *   client.request().with(USER, "u1").run(() -> placeOrder(client, orders.port()));
 *
 *   assertThat(stock.scope()).has(USER, "u1").lacks(TENANT).isEnded();
 * }
 * }</pre>
 *
 * <p>A hop believes whoever calls it, as services in one network do that nobody else reaches; a
 * {@code peers} of yours in the set-up counts instead.
 *
 * <p><b>Threading.</b> For the thread of the test.
 */
public final class TestHops implements AutoCloseable {
  private final UnaryOperator<WaybillBuilder> setUp;
  private final TestTelemetry telemetry = TestTelemetry.create();
  private final List<Waybill> waybills = new ArrayList<>();
  private final List<Hop> hops = new ArrayList<>();
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  /** Starts a service. */
  @FunctionalInterface
  public interface Start {
    /**
     * Starts a service of which {@code waybill} is the set-up.
     *
     * @return where it is, and how it is stopped
     */
    Running start(Waybill waybill) throws Exception;
  }

  /**
   * A service that was started.
   *
   * @param origin where it is, as set-up names a destination: {@code grpc://127.0.0.1:8080}
   * @param stop stops it, and waits until it has
   */
  public record Running(String origin, AutoCloseable stop) {}

  /** A service under test. */
  public static final class Hop {
    private final Queue<RequestScope> scopes = new ConcurrentLinkedQueue<>();
    private String origin = "";

    private Hop() {}

    /** Returns where it is: {@code grpc://127.0.0.1:8080}. */
    public String origin() {
      return origin;
    }

    /** Returns its port. */
    public int port() {
      return URI.create(origin).getPort();
    }

    /**
     * Returns the scope of its only request, once that has ended: the caller has its answer before.
     *
     * @throws AssertionError if there was none or more than one, or it does not end in thirty
     *     seconds
     */
    public RequestScope scope() {
      List<RequestScope> all = scopes();
      if (all.size() != 1) {
        throw new AssertionError("requests: " + all.size() + " (expected: one)");
      }
      return all.get(0);
    }

    /**
     * Returns the scopes of all its requests, in the order of their start, once they have ended.
     */
    public List<RequestScope> scopes() {
      Await.until("the end of the requests of " + origin, this::isIdle);
      return List.copyOf(scopes);
    }

    private boolean isIdle() {
      return scopes.stream().allMatch(RequestScope::isEnded);
    }
  }

  private TestHops(UnaryOperator<WaybillBuilder> setUp) {
    this.setUp = setUp;
  }

  /**
   * Returns none so far.
   *
   * @param setUp declares what all of them carry, as in production
   */
  public static TestHops of(UnaryOperator<WaybillBuilder> setUp) {
    return new TestHops(setUp);
  }

  /**
   * Starts a service that may release everything to {@code called}.
   *
   * @throws Exception what {@code start} throws
   */
  public Hop start(Start start, Hop... called) throws Exception {
    Hop hop = new Hop();
    Running started =
        start.start(
            build(
                telemetryBuilder().onRequest((incoming, scope) -> hop.scopes.add(scope)), called));
    hop.origin = started.origin();
    running.push(started.stop());
    hops.add(hop);
    return hop;
  }

  /** Returns the set-up of a client in front: the test, as a peer that {@code called} believe. */
  public Waybill client(Hop... called) {
    return build(telemetryBuilder(), called);
  }

  /** Returns the spans and the counts of all hops and clients. */
  public TestTelemetry telemetry() {
    return telemetry;
  }

  private WaybillBuilder telemetryBuilder() {
    return Waybill.builder(telemetry.openTelemetry())
        .leakDetection(LeakDetection.STRICT)
        .peers(peer -> TrustZone.OWN);
  }

  private Waybill build(WaybillBuilder builder, Hop... called) {
    WaybillBuilder declared = setUp.apply(builder);
    for (Hop hop : called) {
      declared.destination(hop.origin(), TrustZone.OWN);
    }
    Waybill waybill = declared.build();
    waybills.add(waybill);
    return waybill;
  }

  /**
   * Stops all services, the last first.
   *
   * @throws AssertionError if a span was not ended exactly once
   * @throws IllegalStateException if a request is open
   * @throws Exception what the stop of a service throws
   */
  @Override
  public void close() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
    telemetry.requireEachSpanEndedOnce();
    // A request without a span may be about to end, too; of one that is not, the next line tells.
    Await.comesTrue(() -> hops.stream().allMatch(Hop::isIdle));
    waybills.forEach(Waybill::requireNoLeaks);
    telemetry.close();
  }
}
