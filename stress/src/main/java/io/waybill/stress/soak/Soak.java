package io.waybill.stress.soak;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Opens scopes on a few threads, stops at each tenth to look at what the process holds, and fails
 * if that is more at the end than after the first tenth.
 */
public final class Soak implements AutoCloseable {
  private static final int TENTHS = 10;
  private static final int CALLERS = 2;
  private static final int WORKERS = 2;

  private final PrintStream out;
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  // The same threads to the end: new ones would hide what an old one collects.
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS, this::thread);
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, this::thread);
  private final Traffic traffic = new Traffic(workers);
  private final ThreadLocals threadLocals = new ThreadLocals();

  Soak(PrintStream out) {
    this.out = out;
  }

  /** Starts from the command line: how many scopes. */
  public static void main(String[] arguments) {
    long scopes = Long.parseLong(arguments[0]);
    // Its threads are daemons: they end with the process.
    System.exit(new Soak(System.out).run(scopes) ? 0 : 1);
  }

  /**
   * Opens {@code scopes}, prints the levels, and returns whether the last is one with the first.
   */
  boolean run(long scopes) {
    out.println(Level.HEADING);
    List<Level> levels = new ArrayList<>();
    for (int tenth = 0; tenth < TENTHS; tenth++) {
      Level level = stretch(scopes * tenth / TENTHS, scopes * (tenth + 1) / TENTHS);
      out.println(level.line());
      levels.add(level);
    }
    boolean isLevel = levels.get(TENTHS - 1).isLevelWith(levels.get(0));
    out.println(
        (isLevel ? "level" : "NOT LEVEL")
            + ": the last is compared with the first (heap +8 MB, threads +0, ThreadLocals +0)");
    return isLevel;
  }

  /** Ends the threads. */
  @Override
  public void close() {
    callers.shutdownNow();
    workers.shutdownNow();
  }

  private Level stretch(long from, long to) {
    long start = System.nanoTime();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      long first = from + caller;
      running.add(CompletableFuture.runAsync(() -> open(first, to), callers));
    }
    running.forEach(CompletableFuture::join);
    double seconds = (System.nanoTime() - start) / 1e9;
    return look(to, Math.round((to - from) / seconds));
  }

  private void open(long first, long to) {
    for (long n = first; n < to; n += CALLERS) {
      traffic.open(n);
    }
  }

  private Level look(long scopes, long perSecond) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    // Twice: what the first finds unreachable is cleared from weak references by the second.
    memory.gc();
    memory.gc();
    return new Level(
        scopes,
        memory.getHeapMemoryUsage().getUsed(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        threadLocals.count(threads),
        perSecond);
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "soak-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }
}
