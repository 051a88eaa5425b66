package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AddedTest {
  private static final Row PLAIN = new Row("Unary", "plain", "", 1000, 3000, null, null);
  private static final Row PEER = new Row("Unary", "peer", "", 3000, 7000, null, null);
  private static final Row OURS = new Row("Unary", "ours", "", 1500, 4000, "peer", null);

  @Test
  void of_comparesWhatIsAdded() {
    assertThat(Added.of(List.of(PLAIN, PEER, OURS)))
        .isEqualTo(
            """
            | added to plain by | params |  ns/op | B/op | ratio of ns |  ratio of B | target | met |
            |-------------------|--------|-------:|-----:|------------:|------------:|-------:|----:|
            | +Unary.peer       |        | 2000.0 | 4000 |             |             |        |     |
            | +Unary.ours       |        |  500.0 | 1000 | 0.25 x peer | 0.25 x peer |        |     |
            """);
  }

  @Test
  void of_goal_isOfWhatIsAdded() throws NoSuchMethodException {
    Goal goal = Unary.class.getDeclaredMethod("ours").getAnnotation(Against.class).goals()[0];
    Row ours = new Row("Unary", "ours", "", 1500, 5000, "peer", goal);

    assertThat(Added.of(List.of(PLAIN, PEER, ours))).contains("| 0.30 x time, 0.45 x B | no: B |");
    assertThat(Table.of(List.of(PLAIN, PEER, ours))).doesNotContain("x time");
  }

  private static final class Unary {
    @Against(value = "peer", goals = @Goal(time = 0.3, bytes = 0.45))
    void ours() {}
  }

  @Test
  void of_noPlain() {
    assertThat(Added.of(List.of(PEER, OURS))).isEmpty();
  }

  @Test
  void of_plainOfAnotherGroup() {
    Row other = new Row("Stream", "plain", "", 10, 10, null, null);

    assertThat(Added.of(List.of(other, PEER))).isEmpty();
  }

  /** As where only some benchmarks are run again. */
  @Test
  void of_keepsTheRowsOfASectionThatWereNotMeasured() {
    String added = Added.of(List.of(PLAIN, PEER, OURS));
    String section = "17\n\n| a | 1 |\n\n" + added + "\n| Node v20 | ns |\n";

    assertThat(Added.of(section, List.of())).isEqualTo(added);
    assertThat(Added.of(section, List.of(PLAIN, PEER))).isEqualTo(added);
    assertThat(Added.of("17\n\n| a | 1 |\n", List.of())).isEmpty();
  }
}
