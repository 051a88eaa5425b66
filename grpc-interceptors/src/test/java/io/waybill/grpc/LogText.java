package io.waybill.grpc;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that is logged while a test runs, instead of on its console. */
final class LogText extends Handler implements AutoCloseable {
  private final Logger root = Logger.getLogger("");
  private final Handler[] before = root.getHandlers();
  private final Queue<String> records = new ConcurrentLinkedQueue<>();

  LogText() {
    Arrays.asList(before).forEach(root::removeHandler);
    root.addHandler(this);
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
