package io.waybill.examples.demo;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What became of each field at each border, as Waybill logs it when a request ends. */
final class Explanations extends Handler implements AutoCloseable {
  private static final Logger LOGGER = Logger.getLogger("io.waybill.explain");

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private Explanations() {}

  /** Asks for explanations, and keeps them. */
  static Explanations listen() {
    Explanations explanations = new Explanations();
    LOGGER.addHandler(explanations);
    LOGGER.setLevel(Level.FINE);
    LOGGER.setUseParentHandlers(false);
    return explanations;
  }

  /** Returns whether somebody listens, so that it is worth to keep them. */
  static boolean areWanted() {
    return LOGGER.isLoggable(Level.FINE);
  }

  /** Returns those of one trace: the service that answered first comes first. */
  List<String> of(String trace) {
    return lines.stream()
        .filter(line -> line.contains(trace))
        .flatMap(line -> Stream.of(line.substring(line.indexOf(", ") + 2).split("[:;] ")))
        .map(part -> part.matches("(in|out) .*") ? "  " + part : part)
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(record.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGER.removeHandler(this);
    LOGGER.setLevel(null);
    LOGGER.setUseParentHandlers(true);
  }
}
