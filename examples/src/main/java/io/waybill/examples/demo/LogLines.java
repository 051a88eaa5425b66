package io.waybill.examples.demo;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the services log, kept for the report or, later, printed as it comes. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final Logger SHOP = (Logger) LoggerFactory.getLogger("shop");

  private final Queue<String> kept = new ConcurrentLinkedQueue<>();
  private volatile @Nullable PrintStream follower;

  private LogLines() {}

  /** Starts to listen to the loggers of the shop. */
  static LogLines listen() {
    LogLines lines = new LogLines();
    lines.setContext(SHOP.getLoggerContext());
    lines.start();
    SHOP.addAppender(lines);
    return lines;
  }

  /** Returns the lines of one request, by the request id that its services logged. */
  List<String> of(String requestId) {
    return kept.stream().filter(line -> line.contains(requestId)).toList();
  }

  /** From now on prints each line, and keeps none. */
  void follow(PrintStream out) {
    follower = out;
  }

  /** Listens no longer. */
  @Override
  public void close() {
    SHOP.detachAppender(this);
    stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    String service = event.getLoggerName().substring("shop.".length());
    String line = String.format("%-10s %s", service, event.getFormattedMessage());
    PrintStream out = follower;
    if (out == null) {
      kept.add(line);
    } else {
      out.println(line);
    }
  }
}
