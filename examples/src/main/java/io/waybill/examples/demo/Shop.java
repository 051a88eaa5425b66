package io.waybill.examples.demo;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

/** The five services, each with the addresses of those it calls. */
final class Shop implements AutoCloseable {
  private final Telemetry telemetry;
  private final SessionTable sessions = new SessionTable();
  private final Deque<Service> started = new ArrayDeque<>();
  private final PartnerService partner;
  private final EdgeService edge;

  private Shop(Threads threads, Telemetry telemetry, Runnable beforeStockLookup)
      throws IOException {
    this.telemetry = telemetry;
    try {
      partner = start(new PartnerService(stopped(telemetry.foreignService("partner")), threads));
      var billing = start(new BillingService(own("billing"), threads, partner.uri()));
      var inventory = start(new InventoryService(own("inventory"), threads, beforeStockLookup));
      var orders =
          start(
              new OrdersService(
                  own("orders"),
                  threads,
                  inventory.port(),
                  billing.uri(),
                  () -> {},
                  new TokenCheck(sessions.issuer())));
      edge = start(new EdgeService(own("edge"), threads, sessions, orders.port()));
    } catch (Throwable notStarted) {
      // Nobody gets this shop to close it, and the threads of a server keep the JVM alive.
      close();
      throw notStarted;
    }
  }

  static Shop open(Threads threads, Telemetry telemetry) throws IOException {
    return open(threads, telemetry, () -> {});
  }

  /**
   * Starts all services.
   *
   * @param beforeStockLookup runs in each request, inside of inventory
   */
  static Shop open(Threads threads, Telemetry telemetry, Runnable beforeStockLookup)
      throws IOException {
    return new Shop(threads, telemetry, beforeStockLookup);
  }

  URI edge() {
    return edge.uri();
  }

  SessionTable sessions() {
    return sessions;
  }

  SpanCollector spans() {
    return telemetry.spans();
  }

  PartnerService partner() {
    return partner;
  }

  /** Stops the services, callers first. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  private OpenTelemetry own(String service) {
    return stopped(telemetry.ownService(service));
  }

  /** Below its service: it is stopped after it, and then sends the spans that it still holds. */
  private OpenTelemetry stopped(OpenTelemetrySdk sdk) {
    started.push(sdk::close);
    return sdk;
  }

  private <S extends Service> S start(S service) {
    started.push(service);
    return service;
  }
}
