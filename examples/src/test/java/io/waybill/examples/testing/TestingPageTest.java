package io.waybill.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.examples.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java of {@code testing/README.md} compiles and passes: it is from a test. */
class TestingPageTest {
  private static final Path TEST =
      Path.of("examples/src/test/java/io/waybill/examples/testing/OrdersServiceTest.java");

  @Test
  void javaBlocks_areFromTheExampleTest() throws IOException {
    Path root = Project.root();
    String test = unindented(Files.readString(root.resolve(TEST)));
    List<String> blocks =
        Pattern.compile("(?ms)^```java\\n(.*?)^```$")
            .matcher(Files.readString(root.resolve("testing/README.md")))
            .results()
            .map(block -> unindented(block.group(1)))
            .toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3).allMatch(test::contains);
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
