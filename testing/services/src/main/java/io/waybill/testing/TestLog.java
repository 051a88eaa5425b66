package io.waybill.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * All that java.util.logging is told while a test runs, instead of on the console: to see that no
 * value of a field is in it.
 *
 * <p><b>Threading.</b> Takes the root logger of the JVM, so one at a time.
 */
public final class TestLog implements AutoCloseable {
  private final Logger root = Logger.getLogger("");
  private final Handler[] before = root.getHandlers();
  private final Queue<String> records = new ConcurrentLinkedQueue<>();
  private final Handler recorder = new Recorder();

  private TestLog() {}

  /** Starts to record. */
  public static TestLog start() {
    TestLog log = new TestLog();
    Arrays.asList(log.before).forEach(log.root::removeHandler);
    log.root.addHandler(log.recorder);
    return log;
  }

  /** Returns what was logged, with parameters and stacks. */
  public String text() {
    return String.join("\n", records);
  }

  /** Gives the console back. */
  @Override
  public void close() {
    root.removeHandler(recorder);
    Arrays.asList(before).forEach(root::addHandler);
  }

  private final class Recorder extends Handler {
    @Override
    public void publish(LogRecord record) {
      StringWriter stack = new StringWriter();
      if (record.getThrown() != null) {
        record.getThrown().printStackTrace(new PrintWriter(stack));
      }
      records.add(record.getMessage() + Arrays.toString(record.getParameters()) + stack);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
