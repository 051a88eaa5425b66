package io.waybill.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AgentTest {

  private static String run(int status, String... arguments) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int ended = Agent.run(List.of(arguments), out);
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(said).isEqualTo(status);
    return said;
  }

  /** What each does is what README opens with. */
  @Test
  void agent_aloneAndWithTheExtension() throws Exception {
    String alone = run(1, "--alone");
    String extended = run(0);

    assertThat(extended).contains("200 requests: no mix-up, no leak").doesNotContain("FAIL");
    assertThat(Files.readString(Path.of("../../README.md")))
        .contains(row("a forged identity was believed nowhere", alone, extended))
        .contains(row("the partner got trace and locale, no identity", alone, extended))
        .contains(
            "%-47s%-43s%s"
                .formatted(
                    "the partner received",
                    found("baggage: \\[(.*)]", alone),
                    found("baggage: \\[(.*)]", extended)));
  }

  private static String row(String claim, String alone, String extended) {
    String line = Pattern.quote(claim) + " +(.*)";
    return "%-47s%-43s%s".formatted(claim, found(line, alone), found(line, extended));
  }

  private static String found(String line, String printed) {
    Matcher found = Pattern.compile(line).matcher(printed);
    assertThat(found.find()).as(printed).isTrue();
    return found.group(1);
  }

  @Test
  void otherOptions_arePointedOut() throws Exception {
    assertThat(run(2, "--request", "6")).contains("--help");
  }
}
