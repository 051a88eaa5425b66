package io.waybill.examples.conformance;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps what Logback writes of the lines that the service logs, identity from the MDC included. */
final class Records extends AppenderBase<ILoggingEvent> {
  private static final String LOGGER = "conformance";

  private final ContextKey<List<String>> key = ContextKey.named("conformance-records");
  private final Logger logger = (Logger) LoggerFactory.getLogger(LOGGER);
  private final PatternLayout layout = new PatternLayout();

  private Records() {}

  /** Starts to listen to the service's logger; {@code shown} stand in each record. */
  static Records listen(List<BaggageField<String>> shown) {
    Records records = new Records();
    LoggerContext logback = records.logger.getLoggerContext();
    records.layout.setContext(logback);
    records.layout.setPattern(pattern(shown));
    records.layout.start();
    records.setContext(logback);
    records.start();
    records.logger.addAppender(records);
    return records;
  }

  /** Logs {@code line}, and returns the records that this made. */
  List<String> log(String line) {
    List<String> made = new ArrayList<>();
    try (Scope ignored = Context.current().with(key, made).makeCurrent()) {
      logger.info(line);
    }
    return made;
  }

  /** {@code user.id="%X{user.id}" %msg}; no value can end its quotes, and so look like another. */
  private static String pattern(List<BaggageField<String>> shown) {
    StringBuilder pattern = new StringBuilder();
    for (BaggageField<String> field : shown) {
      String name = field.name();
      pattern
          .append(name.replace("%", "\\%"))
          .append("=\"%replace(%X{\"")
          .append(name)
          .append("\"}){'\"', '\\\\u0022'}\" ");
    }
    return pattern.append("%msg").toString();
  }

  @Override
  protected void append(ILoggingEvent event) {
    List<String> made = Context.current().get(key);
    if (made != null) {
      made.add(layout.doLayout(event));
    }
  }

  @Override
  public void stop() {
    logger.detachAppender(this);
    super.stop();
  }
}
