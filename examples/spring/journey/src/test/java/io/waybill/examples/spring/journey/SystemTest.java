package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three applications, each in a process of its own, and many users at once. */
class SystemTest {
  private static final URI JAEGER = URI.create("http://127.0.0.1:16686");

  @ParameterizedTest
  @CsvSource({"MICROMETER, 2000", "OPENTELEMETRY, 200", "AGENT, 200"})
  void users_keepTheirIdentityAndNoOutsiderGetsIt(Telemetry telemetry, int users) throws Exception {
    Round round = Round.of(new Options(users, users, telemetry, JAEGER, null), Project.spring());

    List<Check.Claim> verdict = Check.of(round);
    assertThat(verdict).hasSize(11);
    for (Check.Claim claim : verdict) {
      assertThat(claim.faults().stream().limit(10)).as(claim.text()).isEmpty();
      assertThat(claim.holds()).as(claim.text()).isTrue();
    }
  }
}
