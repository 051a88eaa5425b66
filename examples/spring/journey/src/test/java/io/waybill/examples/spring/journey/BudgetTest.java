package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user writes for Waybill: one dependency, and at most 15 lines. */
class BudgetTest {
  private static final int MOST = 15;

  /** A property, and the list below it. */
  private static final Pattern PROPERTIES = Pattern.compile("(?m)^waybill\\..*\\n(?:  .*\\n)*");

  /** A method that makes a bean of ours, with its annotation. */
  private static final Pattern BEANS =
      Pattern.compile("(?ms)^  @Bean\\n  Waybill\\w+ \\w+\\(.*?^  \\}\\n");

  private static final Pattern FIELDS =
      Pattern.compile("(?ms)^  public static final BaggageField.*?;\\n");
  private static final Pattern IMPORT = Pattern.compile("(?m)^@Import\\(ShopFields.class\\)\\n");

  @ParameterizedTest
  @ValueSource(strings = {"edge", "orders", "billing"})
  void application_hasOneDependencyAndFewLines(String application) throws IOException {
    Path folder = Project.spring().resolve(application);

    assertThat(Files.readString(folder.resolve("pom.xml")).split("<artifactId>waybill-spring-", -1))
        .hasSize(2);
    assertThat(linesIn(folder)).hasSizeBetween(3, MOST - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = "common")
  void whatTheyShare_isFewLines(String common) throws IOException {
    assertThat(linesIn(Project.spring().resolve(common))).hasSize(8);
  }

  /** Nothing of Waybill is elsewhere, but for code that reads the request. */
  @ParameterizedTest
  @ValueSource(strings = {"edge", "orders", "billing"})
  void restOfTheApplication_doesNotKnowWaybill(String application) throws IOException {
    for (Path file : files(Project.spring().resolve(application))) {
      String rest =
          Files.readString(file)
              .replaceAll("(?m)^(import|package) .*$", "")
              .replaceAll(PROPERTIES.pattern(), "")
              .replaceAll(BEANS.pattern(), "");
      assertThat(rest.toLowerCase(java.util.Locale.ROOT))
          .as(file.toString())
          .doesNotContain("waybill");
    }
  }

  private static List<String> linesIn(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files(folder)) {
      String text = Files.readString(file);
      for (Pattern pattern : List.of(PROPERTIES, BEANS, FIELDS, IMPORT)) {
        pattern
            .matcher(text)
            .results()
            .forEach(found -> lines.addAll(found.group().lines().toList()));
      }
    }
    return lines;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("src/main"))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
