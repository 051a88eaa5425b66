package io.waybill.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher, as far as it goes without building. */
class RunTest {
  @TempDir private Path elsewhere;

  /** What it said, errors included. */
  private record Said(int status, String text) {}

  static List<String> examples() throws IOException {
    Path usage = Project.root().resolve("examples/src/main/resources/usage");
    try (Stream<Path> texts = Files.list(usage)) {
      return texts.map(text -> text.getFileName().toString().replace(".txt", "")).toList();
    }
  }

  @Test
  void noArguments_listEachExampleInOneLine() throws Exception {
    Said said = run(Map.of());

    assertThat(said.status()).isZero();
    for (String example : examples()) {
      assertThat(said.text().lines()).filteredOn(line -> line.contains("  " + example)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void help_isPrinted(String example) throws Exception {
    Said said = run(Map.of(), example, "--help");

    assertThat(said.status()).isZero();
    assertThat(said.text()).contains("--help").doesNotContain("building");
    assertThat(said.text().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_hasItsProgramOrClass(String example) throws Exception {
    if (Files.isExecutable(Project.root().resolve("examples/" + example + "/start"))) {
      return;
    }
    String name = example.substring(0, 1).toUpperCase(Locale.ROOT) + example.substring(1);

    assertThat(Class.forName("io.waybill.examples." + example + "." + name))
        .hasDeclaredMethods("main");
  }

  @Test
  void unknownName_ends2AndLists() throws Exception {
    Said said = run(Map.of(), "nothing");

    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text()).contains("no example is named nothing", "  demo");
  }

  @Test
  void javaHomeWithoutJava_isNamed() throws Exception {
    Said said = run(Map.of("JAVA_HOME", elsewhere.toString()), "demo");

    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("JAVA_HOME is " + elsewhere, "expected: a JDK");
  }

  /** From another folder: it finds its files all the same. */
  private Said run(Map<String, String> environment, String... arguments) throws Exception {
    String script = Project.root().resolve("examples/run").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of("bash", script), Arrays.stream(arguments)).toList());
    builder.directory(elsewhere.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }
}
