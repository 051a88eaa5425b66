package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Row BARE = new Row("Read", "bare", "n=4", 10, 32, null, null);

  @Test
  void of_comparesEachWithTheBaselineOfItsParams() {
    String table =
        Table.of(
            List.of(
                new Row("Read", "bare", "n=4", 10, 192, null, null),
                new Row("Read", "bare", "n=64", 100, 0.001, null, null),
                new Row("Read", "typed", "n=4", 15, 96, "bare", null),
                new Row("Read", "typed", "n=64", 50.04, 96, "bare", null)));

    assertThat(table)
        .isEqualTo(
            """
            | benchmark  | params | ns/op | B/op | time |    B | against | target | met |
            |------------|--------|------:|-----:|-----:|-----:|--------:|-------:|----:|
            | Read.bare  | n=4    |  10.0 |  192 |      |      |         |        |     |
            | Read.bare  | n=64   | 100.0 |    0 |      |      |         |        |     |
            | Read.typed | n=4    |  15.0 |   96 | 1.50 | 0.50 |    bare |        |     |
            | Read.typed | n=64   |  50.0 |   96 | 0.50 |      |    bare |        |     |
            """);
  }

  @Test
  void of_baselineOfAnotherGroup() {
    Row other = new Row("Write", "bare", "", 10, 0, null, null);
    Row row = new Row("Read", "typed", "", 15, Double.NaN, "bare", null);

    assertThat(Table.of(List.of(other, row))).doesNotContain("1.50").doesNotContain("NaN");
  }

  /** What was measured on another day stays, where it was. */
  @Test
  void of_pageAndSomeRows() {
    Row typed = new Row("Read", "typed", "n=4", 15, 96, "bare", null);
    Row more = new Row("Read", "more", "n=4", 5, 32, "bare", null);
    String page = "JDK 17\n\n" + Table.of(List.of(BARE, typed)) + "\n| als.run | n=4 | 1.0 |\n";
    Row again = new Row("Read", "typed", "n=4", 20, 64, "bare", null);

    assertThat(Table.of(page, List.of(BARE, again, more)))
        .isEqualTo(Table.of(List.of(BARE, again, more)));
    assertThat(Table.of(page, List.of(BARE))).isEqualTo(Table.of(List.of(BARE, typed)));
  }
}
