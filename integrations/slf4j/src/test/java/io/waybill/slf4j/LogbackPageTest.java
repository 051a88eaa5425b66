package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The page that users copy from: its snippets are the files that run here. */
class LogbackPageTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(TENANT).build();
  private final LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();

  @ParameterizedTest
  @CsvSource({"Logback pattern, logback-pattern.xml", "Logback JSON, logback-json.xml"})
  void section_isWhatRunsAndPrints(String title, String file) throws Exception {
    URL config = getClass().getResource("/" + file);
    String section = section(title);

    assertThat(block(section, "xml")).isEqualTo(Files.readString(Path.of(config.toURI())));
    assertThat(timeless(block(section, "text"))).isEqualTo(timeless(printed(config)));
  }

  private String printed(URL config) throws JoranException {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (WaybillMdc ignored = WaybillMdc.install(ScopeFields.of(USER).as(TENANT, "customer"))) {
      logback.reset();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logback);
      configurator.doConfigure(config);
      waybill
          .request()
          .with(USER, "u-17")
          .with(TENANT, "globex")
          .run(() -> LoggerFactory.getLogger("shop.Orders").info("placed"));
    } finally {
      System.setOut(console);
      logback.reset();
      new ContextInitializer(logback).autoConfig();
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** Returns {@code line} with all times made one. */
  private static String timeless(String line) {
    return line.replaceAll("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "(time)")
        .replaceAll("\"(timestamp|nanoseconds)\":\\d+", "\"$1\":0");
  }

  private static String block(String section, String language) {
    Matcher block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(section);
    assertThat(block.find()).as("a block of %s", language).isTrue();
    return block.group(1);
  }

  private static String section(String title) throws IOException {
    String page = Files.readString(page());
    int start = page.indexOf("\n## " + title + "\n");
    assertThat(start).as("a section %s", title).isNotNegative();
    int end = page.indexOf("\n## ", start + 1);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  /** Upwards from where the test was started: Maven starts it in its module, an editor may not. */
  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("integrations/LOGS.md"))) {
      folder = folder.getParent();
      assertThat(folder).as("a parent folder that holds integrations/LOGS.md").isNotNull();
    }
    return folder.resolve("integrations/LOGS.md");
  }
}
