package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.Codec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class WaybillMdcTest {
  private static final BaggageField<String> USER = BaggageField.identity("user.id", Codec.string());
  private static final BaggageField<String> PLAN = BaggageField.attribute("plan", Codec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(PLAN).build();
  private final LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger logger = logback.getLogger("test");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  private final WaybillMdc mdc = WaybillMdc.install(USER);

  @BeforeEach
  void startAppender() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(logback);
    encoder.setPattern("%msg user=%X{user.id} plan=%X{plan} mine=%X{mine}%n");
    encoder.start();
    appender.setContext(logback);
    appender.setEncoder(encoder);
    appender.setOutputStream(written);
    appender.start();
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  @AfterEach
  void stopAppender() {
    MDC.clear();
    mdc.close();
    logger.detachAppender(appender);
  }

  @Test
  void event_insideAndOutsideOfRequest() {
    MDC.put("user.id", "theirs");
    MDC.put("mine", "1");
    logger.info("before");
    waybill.request().with(USER, "u-1").with(PLAN, "gold").run(() -> logger.info("inside"));
    logger.info("after");

    assertThat(lines())
        .containsExactly(
            "before user=theirs plan= mine=1",
            "inside user=u-1 plan= mine=1",
            "after user=theirs plan= mine=1");
  }

  @Test
  void event_onAnotherThreadAfterIdentify() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    CountDownLatch identified = new CountDownLatch(1);
    waybill
        .request()
        .<Void, Exception>call(
            () -> {
              Future<?> running =
                  other.submit(
                      RequestScope.current()
                          .wrap(
                              () -> {
                                identified.await();
                                logger.info("branch");
                                return null;
                              }));
              RequestScope.current().identify(USER, "u-1");
              identified.countDown();
              running.get();
              return null;
            });
    other.submit(() -> logger.info("outside")).get();
    other.shutdown();

    assertThat(lines()).containsExactly("branch user=u-1 plan= mine=", "outside user= plan= mine=");
  }

  @Test
  void event_valueThatWouldBreakALine() {
    waybill
        .request()
        .with(USER, "u\r\nINFO forged user=admin %n ${x}\u2028\u202e")
        .run(() -> logger.info("inside"));

    assertThat(lines())
        .containsExactly(
            "inside user=u\\u000d\\u000aINFO forged user=admin %n ${x}\\u2028\\u202e plan= mine=");
  }

  @Test
  void close_showsNothingAnyMore() {
    mdc.close();
    waybill.request().with(USER, "u-1").run(() -> logger.info("inside"));

    assertThat(lines()).containsExactly("inside user= plan= mine=");
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
