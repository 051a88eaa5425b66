package io.waybill.examples.demo;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;

/**
 * The demo's {@code orders}, alone in a process, on the OpenTelemetry that the Java agent brings.
 * In each lookup it also calls a stranger, by a client that nobody wrapped.
 */
final class OrdersUnderAgent {
  private OrdersUnderAgent() {}

  /** Takes inventory's port, billing's address and the stranger's. */
  public static void main(String[] arguments) throws Exception {
    HttpClient unwrapped = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[2])).build();
    OrdersService orders =
        new OrdersService(
            GlobalOpenTelemetry.get(),
            Threads.PLATFORM,
            Integer.parseInt(arguments[0]),
            URI.create(arguments[1]),
            () -> call(unwrapped, request));
    System.out.println("orders " + orders.port());
    new CountDownLatch(1).await();
  }

  private static void call(HttpClient unwrapped, HttpRequest request) {
    try {
      unwrapped.send(request, BodyHandlers.discarding());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
