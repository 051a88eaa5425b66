package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
  private static final Row BARE = new Row("Read", "bare", "", 10, 100, null, null);

  @SuppressWarnings("unused") // read by their names
  private static final class Read {
    @Against(value = "bare", goals = @Goal(time = 0.3, bytes = 0.45))
    void parts() {}

    @Against(value = "bare", goals = @Goal(nanos = 4, allBytes = 0))
    void amounts() {}

    @Against(value = "bare", goals = @Goal(moreNanos = 90, moreBytes = 48))
    void more() {}

    @Against("bare")
    void none() {}
  }

  @ParameterizedTest(name = "{0}, {1} ns, {2} B")
  @CsvSource({
    "parts, 3.04, 45.4, '0.30 x time, 0.45 x B', yes",
    "parts, 3.06, 45.4, '0.30 x time, 0.45 x B', no: time",
    "parts, 3.04, 45.6, '0.30 x time, 0.45 x B', no: B",
    "parts, 9, 90, '0.30 x time, 0.45 x B', 'no: time, B'",
    "amounts, 4.04, 0.4, '4.0 ns, 0 B', yes",
    "amounts, 4.06, 0.6, '4.0 ns, 0 B', 'no: time, B'",
    "more, 99, 148, '+90 ns, +48 B', yes",
    "more, 9, 20, '+90 ns, +48 B', yes",
    "more, 101, 149, '+90 ns, +48 B', 'no: time, B'",
    "none, 99, 149, '', ''"
  })
  void of_goal(String method, double nanos, double bytes, String text, String met) {
    Goal goal =
        Arrays.stream(Read.class.getDeclaredMethods())
            .filter(declared -> declared.getName().equals(method))
            .flatMap(declared -> Arrays.stream(declared.getAnnotation(Against.class).goals()))
            .findAny()
            .orElse(null);

    Target target = Target.of(new Row("Read", method, "", nanos, bytes, "bare", goal), BARE);

    assertThat(target.text()).isEqualTo(text);
    assertThat(target.met()).isEqualTo(met);
  }
}
