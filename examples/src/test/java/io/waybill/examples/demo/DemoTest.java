package io.waybill.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as its user sees it. */
class DemoTest {
  private static final int MOST_COLUMNS = 100;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void fewRequests_areShownWithSpansAndVerdict() throws Exception {
    assertThat(run("--requests", "3")).isZero();

    assertThat(out.toString(UTF_8))
        .contains("Request 1 of u-ann @ acme", "Request 2 of u-ben @ globex", "Request 3 of u-cleo")
        .containsPattern("inventory +│ +│ +└─ shop.Inventory/Reserve +\\d+\\.\\d +u-ben @ globex")
        .containsPattern(
            "partner +│ +└─ POST /payments +\\d+\\.\\d +baggage received: locale=fr-FR")
        .containsPattern("orders +│ +└─ shop.Orders/Place +\\d+\\.\\d +rejected: its token has")
        .containsPattern("edge +renew tokens +\\d+\\.\\d +event waybill.credential.renewed")
        .containsPattern("inventory +order 1  user.id=u-ann tenant.id=acme request.id=\\w{32}")
        .containsPattern("ok +its expired token was renewed once +3 of 3 requests")
        .contains("3 of 3 requests", "no mix-up, no leak")
        .doesNotContain("FAIL");
    assertThat(out.toString(UTF_8).lines()).allMatch(line -> line.length() <= MOST_COLUMNS);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void explain_saysWhatBecameOfEachField_withoutValues() throws Exception {
    assertThat(run("--requests", "2", "--explain")).isZero();

    String text = out.toString(UTF_8);
    String explained = text.substring(text.indexOf("What became"), text.indexOf("Request 2"));
    assertThat(explained)
        .contains("    shop.Inventory/Reserve\n      in request.id admitted\n")
        .containsPattern("POST /charges\n(      in \\S+ admitted\n)+")
        .containsPattern("out user.id withheld to http://127.0.0.1:\\d+\n")
        .containsPattern("out locale released to http://127.0.0.1:\\d+\n")
        .containsPattern("out tokens attached to grpc://127.0.0.1:\\d+\n")
        .containsPattern("out user.id released to grpc://127.0.0.1:\\d+\n")
        .doesNotContain("u-ann", "acme");
    assertThat(Explanations.areWanted()).isFalse();
  }

  @Test
  void manyRequests_areSummarised() throws Exception {
    assertThat(run("--requests", "20", "--concurrency", "7")).isZero();

    assertThat(out.toString(UTF_8))
        .contains("... and 19 more requests", "20 of 20 requests", "7 at a time")
        .doesNotContain("Request 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--requests",
        "--requests 0",
        "--requests 10001",
        "--requests six",
        "--concurrency -1",
        "--threads green",
        "--unknown",
        "six"
      })
  void wrongUsage_ends2AndSaysWhy(String arguments) throws Exception {
    assertThat(run(arguments.split(" "))).isEqualTo(2);

    assertThat(err.toString(UTF_8))
        .startsWith("demo: ")
        .contains(arguments.split(" ")[0])
        .contains("examples/run demo --help");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  private int run(String... arguments) throws Exception {
    return Demo.run(
        List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
