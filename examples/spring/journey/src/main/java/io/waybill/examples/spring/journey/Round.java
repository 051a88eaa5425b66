package io.waybill.examples.spring.journey;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * All visits to a shop that was open for them, and all that is known of them afterwards.
 *
 * @param telemetry by what the applications were traced
 * @param journeys one for each shopper
 * @param spans how many spans there were, also outside of the journeys
 * @param warnings what the applications warned of while they served
 * @param took from the first request to the last answer
 */
record Round(
    Telemetry telemetry, List<Journey> journeys, int spans, List<String> warnings, Duration took) {
  /** On Linux, a system hands out those above by itself. */
  private static final int FIRST_HANDED_OUT = 32_768;

  private static final int FIRST = 10_000;

  /** What a busy machine is told of: how long a random number took Tomcat, and an export. */
  private static final List<String> BUSY = List.of("SessionIdGeneratorBase", "Failed to export");

  /** Opens the shop of the folder {@code spring}, has its shoppers visit, and closes it. */
  static Round of(Options options, Path spring) throws IOException, InterruptedException {
    List<Shopper> shoppers =
        IntStream.rangeClosed(1, options.users()).mapToObj(Shopper::numbered).toList();
    try (Outsider stranger = new Outsider(null);
        Outsider partner = new Outsider(stranger);
        SpanReceiver receiver = new SpanReceiver(options.export())) {
      String edge = "127.0.0.1:" + freePort();
      String orders = "127.0.0.1:" + freePort();
      String billing = "127.0.0.1:" + freePort();
      List<String> places =
          List.of(
              "--shop.orders=" + orders,
              "--shop.billing=http://" + billing,
              "--shop.partner=" + partner.uri());
      List<Application> shop = new ArrayList<>();
      try {
        shop.add(start(spring, "edge", options, receiver, places, "--server.port=", edge));
        shop.add(
            start(
                spring, "orders", options, receiver, places, "--spring.grpc.server.port=", orders));
        shop.add(start(spring, "billing", options, receiver, places, "--server.port=", billing));
        for (Application application : shop) {
          application.awaitStart();
        }
        long begin = System.nanoTime();
        List<Browser.Visit> visits =
            new Browser("http://" + edge).visit(shoppers, options.concurrency());
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        shop.forEach(Application::close);
        List<String> lines = shop.stream().flatMap(open -> open.lines().stream()).toList();
        return new Round(
            options.telemetry(),
            Journey.of(visits, receiver.spans(), partner.received(), stranger.received(), lines),
            receiver.spans().size(),
            lines.stream().filter(Round::warns).toList(),
            took);
      } finally {
        shop.forEach(Application::close);
      }
    }
  }

  private static Application start(
      Path spring,
      String name,
      Options options,
      SpanReceiver receiver,
      List<String> places,
      String key,
      String address)
      throws IOException {
    List<String> arguments = new ArrayList<>(places);
    arguments.add(key + address.substring(address.indexOf(':') + 1));
    return Application.start(spring, name, options.telemetry(), receiver.uri(), arguments);
  }

  private static boolean warns(String line) {
    return (line.contains(" WARN ") || line.contains(" ERROR "))
        && BUSY.stream().noneMatch(line::contains);
  }

  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST_HANDED_OUT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // Another may be free.
      }
    }
  }
}
