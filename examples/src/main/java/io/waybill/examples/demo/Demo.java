package io.waybill.examples.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Sends the shop requests of many users at the same time, and checks that none is mixed up. */
public final class Demo {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int WARM_UP = 32;

  private Demo() {}

  /** Runs the demo; {@code examples/run demo --help} says what {@code arguments} may be. */
  public static void main(String[] arguments) throws Exception {
    // The tree's lines are not in every platform's default charset.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(arguments), out, System.err));
  }

  /** Returns the exit status. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      err.println("demo: " + wrong.getMessage());
      err.println("demo: examples/run demo --help lists the options");
      return WRONG_USAGE;
    }
    try (LogLines logs = LogLines.listen();
        Explanations explanations = options.explain() ? Explanations.listen() : null) {
      return run(options, new Report(out, logs, explanations, options.jaeger()), logs, out);
    }
  }

  private static int run(Options options, Report report, LogLines logs, PrintStream out)
      throws Exception {
    report.print(options);
    warmUp(options);
    try (Shop shop = Shop.open(options.threads(), Telemetry.exported())) {
      Round round = Round.send(shop, options.requests(), options.concurrency());
      List<Check.Claim> verdict = Check.of(round);
      report.print(round, verdict);
      boolean ok = verdict.stream().allMatch(Check.Claim::holds);
      if (options.serve() && ok) {
        serve(shop, logs, out);
      }
      return ok ? OK : FAILED;
    }
  }

  /**
   * The first requests load classes; the times that the report shows shall be those of the work.
   */
  private static void warmUp(Options options) throws Exception {
    try (Shop shop = Shop.open(options.threads(), Telemetry.kept())) {
      Round.send(shop, WARM_UP, WARM_UP);
    }
  }

  private static void serve(Shop shop, LogLines logs, PrintStream out) throws InterruptedException {
    String token = shop.sessions().open(new SessionTable.Session("s-1", "u-you", "acme"));
    out.printf("%nThe shop is open until Ctrl-C. Order something as u-you @ acme:%n%n");
    out.printf(
        "  curl -s -H 'Cookie: %s=%s' -d %s=7 %s/checkout%n%n",
        AuthenticationFilter.COOKIE, token, OrderForm.ORDER, shop.edge());
    shop.spans().stop();
    logs.follow(out);
    Thread closing =
        new Thread(
            () -> {
              shop.close();
              out.println("The shop is closed.");
            });
    Runtime.getRuntime().addShutdownHook(closing);
    new CountDownLatch(1).await();
  }
}
