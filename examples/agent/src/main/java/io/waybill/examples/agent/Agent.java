package io.waybill.examples.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Sends a shop that knows nothing of Waybill many users and strangers, and looks at what it did.
 */
public final class Agent {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int DEFAULT_REQUESTS = 200;
  private static final int CONCURRENCY = 16;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Ports ports;

  private Agent(Ports ports) {
    this.ports = ports;
  }

  /** Runs the shop; {@code examples/run agent --help} says what {@code arguments} may be. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(arguments), out));
  }

  /** Returns the exit status. */
  static int run(List<String> arguments, PrintStream out) throws Exception {
    boolean isAlone = arguments.contains("--alone");
    int requests = requests(arguments.stream().filter(one -> !one.equals("--alone")).toList());
    if (requests == 0) {
      out.println("agent: examples/run agent --help lists the options");
      return WRONG_USAGE;
    }
    try (Partner partner = new Partner()) {
      Ports ports = Ports.free(partner.port());
      Path agent = Path.of(System.getProperty("waybill.agent"));
      String extension = isAlone ? "" : System.getProperty("waybill.extension");
      print(out, isAlone, ports);
      try (ShopProcess shop = new ShopProcess(agent, extension, ports)) {
        List<Visit> visits = new Agent(ports).send(requests);
        Map<String, List<TracedSpan>> traces =
            shop.spans(requests * Verdict.SPANS_OF_A_REQUEST).stream()
                .collect(Collectors.groupingBy(TracedSpan::trace));
        return judge(out, partner, traces, visits) ? 0 : FAILED;
      }
    }
  }

  private static int requests(List<String> options) {
    if (options.isEmpty()) {
      return DEFAULT_REQUESTS;
    }
    boolean isNumber =
        options.size() == 2
            && options.get(0).equals("--requests")
            && options.get(1).matches("[0-9]{1,4}");
    return isNumber ? Integer.parseInt(options.get(1)) : 0;
  }

  private static void print(PrintStream out, boolean isAlone, Ports ports) {
    out.println("A shop under the Java agent: edge → orders → inventory and billing → partner.");
    out.println(isAlone ? "The agent is alone; there is no policy." : "The policy, all of it:");
    if (!isAlone) {
      ports.policy().forEach(line -> out.println("    " + line));
    }
  }

  private List<Visit> send(int requests) throws Exception {
    ExecutorService browsers = Executors.newFixedThreadPool(CONCURRENCY);
    try {
      List<Callable<Visit>> tasks = new ArrayList<>();
      for (int i = 1; i <= requests; i++) {
        Visit visit = Visit.of(i);
        tasks.add(() -> send(visit));
      }
      List<Visit> visits = new ArrayList<>();
      for (Future<Visit> answer : browsers.invokeAll(tasks)) {
        visits.add(answer.get());
      }
      return visits;
    } finally {
      browsers.shutdown();
    }
  }

  private Visit send(Visit visit) throws IOException, InterruptedException {
    int port = visit.isStranger() ? ports.street() : ports.gateway();
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + "/checkout?order=" + visit.order()))
                .header("baggage", visit.baggage())
                .build(),
            BodyHandlers.ofString());
    return answer.statusCode() == 200
        ? visit.with(answer.body().lines().map(Hop::parse).toList())
        : visit;
  }

  private static boolean judge(
      PrintStream out, Partner partner, Map<String, List<TracedSpan>> traces, List<Visit> sent) {
    List<Visit> visits =
        sent.stream()
            .map(
                visit ->
                    visit.with(
                        traces.getOrDefault(visit.trace(), List.of()),
                        partner.received(visit.order())))
            .toList();
    Visit first = visits.get(0);
    out.printf("%nOrder %s, sent with baggage: %s%n", first.order(), first.baggage());
    first.hops().forEach(hop -> out.println("    " + hop));
    out.println("  The partner received:");
    first.atPartner().forEach((name, lines) -> out.println("    " + name + ": " + lines));
    out.println();
    boolean isOk = Verdict.print(out, visits);
    out.printf(
        "%n%,d requests: %s%n", visits.size(), isOk ? "no mix-up, no leak" : "FAILED, see above");
    return isOk;
  }
}
