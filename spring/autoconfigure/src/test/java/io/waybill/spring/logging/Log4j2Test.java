package io.waybill.spring.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.spring.Spans;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** An application that logs by Log4j 2, in a JVM of its own. */
class Log4j2Test {

  /** What runs there. */
  static final class Main {
    public static void main(String[] args) {
      try (var application =
          new SpringApplicationBuilder(LoggingTest.Application.class)
              .web(WebApplicationType.NONE)
              .properties(Spans.PROPERTIES)
              .properties("logging.pattern.console=<%X{user.id}|%X{tenant.id}|%m>%n")
              .run(args)) {
        application
            .getBean(Waybill.class)
            .request()
            .with(LoggingTest.USER, "ada")
            .with(LoggingTest.TENANT, "acme")
            .run(() -> LoggerFactory.getLogger("test").warn("inside"));
        LoggerFactory.getLogger("test").warn("outside");
      }
    }
  }

  private static String printed(String... args) throws Exception {
    Process process =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp",
                            classPath(),
                            Main.class.getName()),
                        Arrays.stream(args))
                    .toList())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed.replace(System.lineSeparator(), "\n");
  }

  /** That of this test, with Log4j in the place of Logback, as Boot's starter for it has it. */
  private static String classPath() throws IOException {
    Stream<String> others =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.contains("logback-"))
            .filter(path -> !path.contains("log4j-to-slf4j"));
    try (Stream<Path> log4j = Files.list(Path.of("target", "log4j2"))) {
      return Stream.concat(log4j.map(Path::toString).toList().stream(), others)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  @Test
  void lines_haveFields() throws Exception {
    assertThat(printed()).startsWith("<ada|acme|inside>\n<||outside>\n");
  }

  @Test
  void lines_haveThoseThatAreNamed() throws Exception {
    assertThat(printed("--waybill.logging.fields=tenant.id"))
        .startsWith("<|acme|inside>\n<||outside>\n");
  }

  @Test
  void structuredLines_haveFields() throws Exception {
    assertThat(printed("--logging.structured.format.console=logstash"))
        .contains("\"user.id\":\"ada\"");
  }
}
