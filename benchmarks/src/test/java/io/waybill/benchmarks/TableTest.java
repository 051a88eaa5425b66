package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void of_comparesEachWithTheBaselineOfItsParams() {
    String table =
        Table.of(
            List.of(
                new Row("Read", "bare", "n=4", 10, 0, null),
                new Row("Read", "bare", "n=64", 100, 0.001, null),
                new Row("Read", "typed", "n=4", 15, 96, "bare"),
                new Row("Read", "typed", "n=64", 50.04, 96, "bare")));

    assertThat(table)
        .isEqualTo(
            """
            | benchmark  | params | ns/op | B/op | ratio of ns/op |
            |------------|--------|------:|-----:|---------------:|
            | Read.bare  | n=4    |  10.0 |    0 |                |
            | Read.bare  | n=64   | 100.0 |    0 |                |
            | Read.typed | n=4    |  15.0 |   96 |    1.50 x bare |
            | Read.typed | n=64   |  50.0 |   96 |    0.50 x bare |
            """);
  }

  @Test
  void of_baselineOfAnotherGroup() {
    Row other = new Row("Write", "bare", "", 10, 0, null);
    Row row = new Row("Read", "typed", "", 15, Double.NaN, "bare");

    assertThat(Table.of(List.of(other, row))).doesNotContain(" x ").doesNotContain("NaN");
  }
}
