package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Row SAME = new Row("Read", "bare", "n=4", 10, 96.2, null, null);
  private static final Row LESS = new Row("Read", "typed", "n=4", 15, 96, "bare", null);
  private static final Row NEW = new Row("Read", "typed", "n=8", 15, 8, "bare", null);

  @Test
  void of_tableOfAnotherDay() {
    String then = Table.of(List.of(SAME, new Row("Read", "typed", "n=4", 20, 120, "bare", null)));

    assertThat(Comparison.of(List.of(SAME, LESS, NEW), "JDK 17\n\n" + then + "\n| js | 1 |\n"))
        .isEqualTo(
            """
            | benchmark  | params | B/op | RESULTS.md | difference |
            |------------|--------|-----:|-----------:|-----------:|
            | Read.bare  | n=4    |   96 |         96 |            |
            | Read.typed | n=4    |   96 |        120 |        -24 |
            | Read.typed | n=8    |    8 |            |            |
            """);
  }

  @Test
  void of_noTable() {
    assertThat(Comparison.of(List.of(NEW), "")).contains("| Read.typed | n=8 ");
  }
}
