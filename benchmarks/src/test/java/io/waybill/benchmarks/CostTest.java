package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {
  private static final Cost COST = new Cost(18_300.5, 11_860.25);

  @Test
  void parse_line() {
    assertThat(Cost.isLine(COST.line())).isTrue();
    assertThat(Cost.parse(COST.line())).isEqualTo(COST);
    assertThat(Cost.isLine("WARNING: 1 2")).isFalse();
  }

  @Test
  void median_isOfEachPart() {
    assertThat(Cost.median(List.of(new Cost(3, 10), new Cost(1, 30), new Cost(2, 500))))
        .isEqualTo(new Cost(2, 30));
  }

  @Test
  void mean_isOfEachPart() {
    assertThat(Cost.mean(List.of(new Cost(3, 10), new Cost(1, 30)))).isEqualTo(new Cost(2, 20));
  }
}
