package io.waybill.benchmarks.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.waybill.benchmarks.Cost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;

/** Measures calls over sockets in a JVM that does nothing else. */
public final class SocketFork {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private SocketFork() {}

  /** Answers on the output what is asked on the input, of the class that the argument names. */
  public static void main(String[] arguments) throws Exception {
    Class<? extends Calls> type = Class.forName(arguments[0]).asSubclass(Calls.class);
    try (SocketCalls calls = new SocketCalls(type.getDeclaredConstructor().newInstance())) {
      answer(calls, System.in, System.out);
    }
  }

  /** Makes at least as many calls as each line of {@code asked} says, and prints their cost. */
  static void answer(SocketCalls calls, InputStream asked, PrintStream answers)
      throws IOException, InterruptedException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(asked, US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      answers.println(measure(calls, Integer.parseInt(line)).line());
    }
  }

  private static Cost measure(SocketCalls calls, int least) throws InterruptedException {
    long[] threads = THREADS.getAllThreadIds();
    long bytes = -allocated(threads);
    long cpu = -PROCESS.getProcessCpuTime();
    double made = 0;
    for (; made < least; made += SocketCalls.AT_ONCE) {
      calls.call();
    }
    cpu += PROCESS.getProcessCpuTime();
    bytes += allocated(THREADS.getAllThreadIds());
    requireAlive(threads);
    return new Cost(cpu / made, bytes / made);
  }

  private static long allocated(long[] threads) {
    return LongStream.of(THREADS.getThreadAllocatedBytes(threads)).sum();
  }

  /** What a thread has allocated is not known any more once it has ended. */
  private static void requireAlive(long[] threads) {
    if (LongStream.of(THREADS.getThreadAllocatedBytes(threads)).anyMatch(bytes -> bytes < 0)) {
      throw new IllegalStateException("a thread has ended (expected: all live on, to be counted)");
    }
  }
}
