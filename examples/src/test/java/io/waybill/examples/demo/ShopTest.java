package io.waybill.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Many requests at once, through all five services. */
class ShopTest {
  private static final int REQUESTS = 2_000;
  private static final int HELD = 500;
  private static final int CONCURRENCY = 520;

  @Test
  void platformThreads_mixNothingUp() throws Exception {
    holdAndCheck(Threads.PLATFORM);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreads_mixNothingUp() throws Exception {
    holdAndCheck(Threads.VIRTUAL);
  }

  private static void holdAndCheck(Threads threads) throws Exception {
    Gate gate = new Gate(HELD);
    try (Shop shop = Shop.open(threads, Telemetry.kept(), gate)) {
      Round round = Round.send(shop, REQUESTS, CONCURRENCY);

      assertThat(gate.most()).isGreaterThanOrEqualTo(HELD);
      assertThat(gate.onVirtualThreads()).isEqualTo(threads == Threads.VIRTUAL ? REQUESTS : 0);
      assertThat(round.journeys()).hasSize(REQUESTS);
      assertThat(Check.of(round)).allSatisfy(ShopTest::holds);
    }
  }

  private static void holds(Check.Claim claim) {
    List<String> some = claim.faults().stream().limit(10).toList();
    assertThat(some).as(claim.text()).isEmpty();
    assertThat(claim.holds()).as(claim.text()).isTrue();
  }
}
