package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What an operator finds in Jaeger: the same claims, of the spans that it answers with. */
class JaegerTest {
  private static final int USERS = 6;

  @Test
  void traces_areWholeNotDoubledAndShowWhoseTheyAre() throws Exception {
    if (!Jaeger.isInstalled()) {
      String missing = "No Jaeger here. Get one by: examples/run jaeger --install";
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(missing);
      }
      Assumptions.abort(missing);
    }
    try (Jaeger jaeger = Jaeger.start()) {
      Options options =
          new Options(USERS, USERS, Telemetry.MICROMETER, jaeger.ui(), jaeger.export());
      Round sent = Round.of(options, Project.spring());

      List<Journey> found = new ArrayList<>();
      for (Journey journey : sent.journeys()) {
        found.add(in(jaeger, journey));
      }
      Round round = new Round(sent.telemetry(), found, sent.spans(), sent.warnings(), sent.took());
      assertThat(Check.of(round)).allMatch(Check.Claim::holds);
    }
  }

  private static Journey in(Jaeger jaeger, Journey journey) throws Exception {
    return new Journey(
        journey.visit(),
        jaeger.trace(journey.login().get(0).trace(), journey.login().size()),
        jaeger.trace(journey.trace(), journey.checkout().size()),
        journey.atPartner(),
        journey.atStranger(),
        journey.lines());
  }
}
