package io.waybill.examples.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs the conformance service until the process is asked to end. */
public final class Conformance {
  private static final int CANNOT_LISTEN = 1;
  private static final int WRONG_USAGE = 2;

  private Conformance() {}

  /** Runs it; {@code examples/run conformance --help} says what {@code arguments} may be. */
  public static void main(String[] arguments) throws InterruptedException {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /** Returns the exit status if the service does not start, else not at all. */
  static int run(List<String> arguments, PrintStream out, PrintStream err)
      throws InterruptedException {
    try {
      ConformanceService service = ConformanceService.start(Options.parse(arguments));
      Runtime.getRuntime().addShutdownHook(new Thread(service::close));
      out.println("http 127.0.0.1:" + service.httpPort());
      out.println("grpc 127.0.0.1:" + service.grpcPort());
      out.flush();
      new CountDownLatch(1).await();
      return 0;
    } catch (IllegalArgumentException wrong) {
      err.println("conformance: " + wrong.getMessage());
      err.println("conformance: examples/run conformance --help lists the options");
      return WRONG_USAGE;
    } catch (IOException cannotListen) {
      err.println("conformance: " + cannotListen.getMessage());
      return CANNOT_LISTEN;
    }
  }
}
