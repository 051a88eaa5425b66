package io.waybill.slf4j;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a logger of the real Logback wrote, as bytes that were lines. */
final class Written implements AutoCloseable {
  private final LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  final Logger logger = logback.getLogger("test");

  Written(String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(pattern);
    start(encoder);
  }

  Written(Encoder<ILoggingEvent> encoder) {
    start(encoder);
  }

  private void start(Encoder<ILoggingEvent> encoder) {
    encoder.setContext(logback);
    encoder.start();
    appender.setContext(logback);
    appender.setEncoder(encoder);
    appender.setOutputStream(bytes);
    appender.start();
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  /** Returns the lines; only a line feed ends one, so that what else might is seen. */
  List<String> lines() {
    String all = bytes.toString(StandardCharsets.UTF_8);
    return all.isEmpty() ? List.of() : List.of(all.split("\n"));
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
