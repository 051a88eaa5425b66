package io.waybill.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each small example prints what its usage text says that it prints. */
class QuestionsTest {
  private static final String ELLIPSIS = " ...";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "beside",
        "boundary",
        "clients",
        "current",
        "fields",
        "okhttp",
        "outlive",
        "prefetch",
        "refresh",
        "repository",
        "tasks",
        "webflux"
      })
  void example_printsWhatItsUsageSays(String example) throws Exception {
    List<String> said = run(example);
    List<String> expected = printed(example);

    assertThat(said).hasSameSizeAs(expected);
    for (int line = 0; line < said.size(); line++) {
      String whole = expected.get(line);
      if (whole.endsWith(ELLIPSIS)) {
        assertThat(said.get(line)).startsWith(whole.replace(ELLIPSIS, ""));
      } else {
        assertThat(said.get(line)).isEqualTo(whole);
      }
    }
  }

  private static List<String> run(String example) throws Exception {
    String name = example.substring(0, 1).toUpperCase(Locale.ROOT) + example.substring(1);
    Class<?> program = Class.forName("io.waybill.examples." + example + "." + name);
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    try {
      program.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return said.toString(UTF_8).lines().toList();
  }

  static List<String> printed(String example) throws Exception {
    return Files.readString(
            Project.root().resolve("examples/src/main/resources/usage/" + example + ".txt"))
        .lines()
        .filter(line -> line.startsWith("  "))
        .map(line -> line.substring(2))
        .toList();
  }
}
