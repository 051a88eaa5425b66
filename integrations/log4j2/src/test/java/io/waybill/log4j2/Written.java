package io.waybill.log4j2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AsyncAppender;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What a logger of the real Log4j wrote, as bytes that were lines. */
final class Written implements AutoCloseable {
  private final Bytes bytes = new Bytes();
  private final LoggerContext context;
  final Logger logger;

  /** What was written, and by whom; a writer may be held up. */
  private static final class Bytes extends ByteArrayOutputStream {
    private final CountDownLatch mayWrite = new CountDownLatch(1);
    private volatile Thread writer = Thread.currentThread();

    @Override
    public void write(byte[] from, int start, int length) {
      writer = Thread.currentThread();
      try {
        mayWrite.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      super.write(from, start, length);
    }
  }

  private Written(LoggerContext context, Layout<?> layout, boolean asyncAppender) {
    this.context = context;
    ConfigurationBuilder<BuiltConfiguration> builder =
        ConfigurationBuilderFactory.newConfigurationBuilder();
    builder.add(builder.newRootLogger(Level.INFO));
    Configuration config = builder.build(false);
    context.start(config);
    add(
        config,
        OutputStreamAppender.newBuilder()
            .setName("bytes")
            .setLayout(layout)
            .setTarget(bytes)
            .build());
    if (asyncAppender) {
      AppenderRef[] refs = {AppenderRef.createAppenderRef("bytes", null, null)};
      add(
          config,
          AsyncAppender.newBuilder()
              .setName("async")
              .setAppenderRefs(refs)
              .setConfiguration(config)
              .build());
    }
    Appender written = config.getAppender(asyncAppender ? "async" : "bytes");
    config.getRootLogger().addAppender(written, null, null);
    context.updateLoggers();
    logger = context.getLogger("test");
  }

  private static void add(Configuration config, Appender appender) {
    appender.start();
    config.addAppender(appender);
  }

  /** Written by the thread that logs. */
  static Written at(Layout<?> layout) {
    Written written = new Written(new LoggerContext("test"), layout, false);
    written.letWrite();
    return written;
  }

  /** Written by the thread that logs. */
  static Written at(String pattern) {
    return at(PatternLayout.newBuilder().setPattern(pattern).build());
  }

  /** Written by another thread, and not before {@link #letWrite}. */
  static Written later(LoggerContext context, String pattern, boolean asyncAppender) {
    Layout<?> layout = PatternLayout.newBuilder().setPattern(pattern).build();
    return new Written(context, layout, asyncAppender);
  }

  void letWrite() {
    bytes.mayWrite.countDown();
  }

  /** Returns all lines, once what waits is written; only a line feed ends one. */
  List<String> lines() {
    close();
    String all = bytes.toString(StandardCharsets.UTF_8);
    return all.isEmpty() ? List.of() : List.of(all.split("\n"));
  }

  /** Returns the thread that wrote last. */
  Thread writer() {
    return bytes.writer;
  }

  @Override
  public void close() {
    letWrite();
    context.stop();
  }
}
