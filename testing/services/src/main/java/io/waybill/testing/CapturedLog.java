package io.waybill.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that java.util.logging is told while a test runs, instead of on its console. */
final class CapturedLog extends Handler {
  private final Logger root = Logger.getLogger("");
  private final Handler[] before = root.getHandlers();
  private final Queue<String> records = new ConcurrentLinkedQueue<>();

  private CapturedLog() {}

  static CapturedLog start() {
    CapturedLog log = new CapturedLog();
    Arrays.asList(log.before).forEach(log.root::removeHandler);
    log.root.addHandler(log);
    return log;
  }

  /** Returns what was logged, with parameters and stacks. */
  String text() {
    return String.join("\n", records);
  }

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
  public void close() {
    root.removeHandler(this);
    Arrays.asList(before).forEach(root::addHandler);
  }
}
