package io.waybill.log4j2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page that users copy from: its snippets are the files that run here. */
class Log4jPageTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(TENANT).build();

  @ParameterizedTest
  @CsvSource({"Log4j 2 pattern, log4j2-pattern.xml", "Log4j 2 JSON, log4j2-json.xml"})
  void section_isWhatRunsAndPrints(String title, String file) throws Exception {
    URI config = getClass().getResource("/" + file).toURI();
    String section = section(title);

    assertThat(block(section, "xml")).isEqualTo(Files.readString(Path.of(config)));
    assertThat(timeless(block(section, "text"))).isEqualTo(timeless(printed(config)));
  }

  private String printed(URI config) {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    LoggerContext context = new LoggerContext("page", null, config);
    try (WaybillThreadContext ignored =
        WaybillThreadContext.install(ScopeFields.of(USER).as(TENANT, "customer"))) {
      context.start();
      waybill
          .request()
          .with(USER, "u-17")
          .with(TENANT, "globex")
          .run(() -> context.getLogger("shop.Orders").info("placed"));
    } finally {
      context.stop();
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** Returns {@code line} with all times made one. */
  private static String timeless(String line) {
    return line.replaceAll("\\d{4}-\\d\\d-\\d\\dT", "")
        .replaceAll("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}([-+]\\d{4}|Z)?", "(time)");
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
