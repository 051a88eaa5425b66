package io.waybill.spring.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.RequestBuilder;
import io.waybill.sdk.Waybill;
import io.waybill.spring.Spans;
import io.waybill.spring.WaybillSetUpException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is really printed by an application of Boot. */
@ExtendWith(OutputCaptureExtension.class)
class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final String PATTERN =
      "logging.pattern.console=<%X{user.id}|%X{tenant.id}|%X{order}|%m>%n";

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    BaggageField<String> tenant() {
      return TENANT;
    }

    @Bean
    Records records() {
      return new Records();
    }
  }

  /** Stands for what exports. */
  static final class Records implements LogRecordProcessor {
    final List<LogRecordData> all = new CopyOnWriteArrayList<>();

    @Override
    public void onEmit(Context context, ReadWriteLogRecord record) {
      all.add(record.toLogRecordData());
    }
  }

  /** Boot leaves what patterns say in system properties, where the next application finds it. */
  @AfterEach
  void forgetPatterns() {
    System.getProperties()
        .keySet()
        .removeIf(key -> key.toString().matches("(CONSOLE|FILE)_LOG_.*|LOG_.*_PATTERN"));
  }

  private static ConfigurableApplicationContext start(String... properties) {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .properties(Spans.PROPERTIES)
        .properties(properties)
        .run();
  }

  private static void log(ConfigurableApplicationContext application, String user, String line) {
    log(application.getBean(Waybill.class), user, line);
  }

  private static void log(Waybill waybill, String user, String line) {
    waybill.request().with(USER, user).with(TENANT, "t-" + user).run(() -> LOG.warn(line));
  }

  @Test
  void lines_haveFields_besideOnesOfTheApplication(CapturedOutput output) {
    try (var application = start(PATTERN)) {
      MDC.put("order", "o-1");
      log(application, "ada", "inside");
      LOG.warn("outside");
    } finally {
      MDC.remove("order");
    }
    LOG.warn("closed");
    assertThat(output.getOut()).contains("<ada|t-ada|o-1|inside>", "<||o-1|outside>");
    assertThat(output.getOut().lines().filter(line -> line.startsWith("<"))).hasSize(3);
  }

  @Test
  void lines_haveThoseThatAreNamed(CapturedOutput output) {
    try (var application = start(PATTERN, "waybill.logging.fields=tenant.id")) {
      log(application, "ada", "inside");
    }
    assertThat(output.getOut()).contains("<|t-ada||inside>");
  }

  @Test
  void lines_haveNone_whereNoneAreNamed(CapturedOutput output) {
    try (var application = start(PATTERN, "waybill.logging.fields=")) {
      log(application, "ada", "inside");
    }
    assertThat(output.getOut()).contains("<|||inside>");
  }

  @Test
  void undeclaredName_endsStart() {
    assertThatThrownBy(() -> start("waybill.logging.fields=user.id,plan"))
        .hasRootCauseInstanceOf(WaybillSetUpException.class)
        .rootCause()
        .hasMessage(
            "waybill.logging.fields: \"plan\" (expected: a field that is declared, one of"
                + " request.id, tenant.id, user.id)");
  }

  @Test
  void lazyApplication_hasFieldsToo(CapturedOutput output) {
    try (var application = start(PATTERN, "spring.main.lazy-initialization=true")) {
      log(application, "ada", "inside");
    }
    assertThat(output.getOut()).contains("<ada|t-ada||inside>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ecs; \"user\":{\"id\":\"ada\"}",
        "logstash; \"user.id\":\"ada\"",
        "gelf; \"_user.id\":\"ada\""
      })
  void structuredLines_haveFields(String format, String expected, CapturedOutput output) {
    try (var application = start("logging.structured.format.console=" + format)) {
      log(application, "ada", "inside");
    } finally {
      // Boot keeps the format in a property of the system for what logs without an application.
      System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT");
    }
    String line =
        output.getOut().lines().filter(one -> one.contains("inside")).findFirst().orElseThrow();
    assertThat(line).startsWith("{").contains(expected);
  }

  /** Applications of one JVM, as several contexts of tests are. */
  @Test
  void twoApplications_doNotDisturbEachOther(CapturedOutput output) {
    try (var first = start(PATTERN)) {
      try (var second = start(PATTERN)) {
        log(first, "ada", "first of two");
        log(second, "bob", "second of two");
      }
      log(first, "cyd", "first alone");
      var third = start(PATTERN);
      first.close();
      log(third, "dan", "third alone");
      Waybill closed = third.getBean(Waybill.class);
      third.close();
      log(closed, "eve", "none");
    }
    assertThat(output.getOut())
        .contains(
            "<ada|t-ada||first of two>",
            "<bob|t-bob||second of two>",
            "<cyd|t-cyd||first alone>",
            "<dan|t-dan||third alone>")
        .doesNotContain("<eve|");
  }

  @Test
  void closedApplication_showsNothing() {
    var application = start();
    RequestBuilder request = application.getBean(Waybill.class).request().with(USER, "ada");
    assertThat(request.<String, RuntimeException>call(() -> MDC.get("user.id"))).isEqualTo("ada");
    application.close();
    request.run(() -> assertThat(MDC.get("user.id")).isNull());
  }

  @Test
  void nothingIsPrinted_byUs(CapturedOutput output) {
    start("logging.level.root=error").close();
    assertThat(output.getAll()).isEmpty();
  }

  @Test
  void logRecords_haveFields() {
    try (var application = start("waybill.logging.fields=user.id")) {
      var logger = application.getBean(SdkLoggerProvider.class).get("test");
      application
          .getBean(Waybill.class)
          .request()
          .with(USER, "ada")
          .with(TENANT, "acme")
          .run(() -> logger.logRecordBuilder().setBody("inside").emit());
      var attributes = application.getBean(Records.class).all.get(0).getAttributes();
      assertThat(attributes.get(AttributeKey.stringKey("user.id"))).isEqualTo("ada");
      assertThat(attributes.get(AttributeKey.stringKey("tenant.id"))).isNull();
    }
  }
}
