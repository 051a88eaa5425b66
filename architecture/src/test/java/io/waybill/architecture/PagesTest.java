package io.waybill.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java of a page compiles, and does what the page says: it is from a test. */
class PagesTest {

  @ParameterizedTest
  @CsvSource({
    "sdk/CREDENTIALS.md, 4, examples/src/test/java/io/waybill/examples/CredentialsPageTest.java",
    "grpc-interceptors/README.md, 2, examples/src/test/java/io/waybill/examples/GrpcPageTest.java",
    "testing/README.md, 4, examples/src/test/java/io/waybill/examples/testing/OrdersServiceTest.java"
        + " spring/autoconfigure/src/test/java/io/waybill/spring/UsersTest.java",
    "integrations/micrometer/README.md, 2,"
        + " micrometer-beside/src/test/java/io/waybill/beside/micrometer/MicrometerPageTest.java",
    "integrations/opentelemetry-autoconfigure/README.md, 1,"
        + " opentelemetry-beside/src/test/java/io/waybill/beside/configured/Service.java",
    "integrations/opentelemetry-agent/README.md, 1,"
        + " interop/src/test/java/io/waybill/interop/WebApplication.java",
    "integrations/opentelemetry-instrumentation/README.md, 1,"
        + " integrations/opentelemetry-instrumentation/src/test/java/io/waybill/opentelemetry/instrumentation/PageTest.java",
  })
  void java_isFromATest(String page, int blocks, String tests) throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String test : tests.split(" ")) {
      sources.append(unspaced(Files.readString(Project.root().resolve(test))));
    }
    String source = sources.toString();
    List<String> java =
        Pattern.compile("(?ms)^```java\\n(.*?)^```$")
            .matcher(Files.readString(Project.root().resolve(page)))
            .results()
            .map(block -> unspaced(block.group(1)))
            .toList();

    assertThat(java).hasSizeGreaterThanOrEqualTo(blocks).allMatch(source::contains);
  }

  /** A page has other line breaks, and says things beside a line. */
  private static String unspaced(String text) {
    return text.lines()
        .map(line -> line.replaceFirst(" // .*", "").replaceAll("\\s", ""))
        .collect(Collectors.joining());
  }
}
