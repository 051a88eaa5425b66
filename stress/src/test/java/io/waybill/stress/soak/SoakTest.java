package io.waybill.stress.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakTest {
  private static final long MB = 1 << 20;

  @Test
  void run_twentyThousand() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (Soak soak = new Soak(new PrintStream(printed, true, StandardCharsets.UTF_8))) {
      assertThat(soak.run(20_000)).as(printed.toString(StandardCharsets.UTF_8)).isTrue();
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(12)
        .anyMatch(line -> line.contains("20,000 "))
        .anyMatch(line -> line.startsWith("level: "));
  }

  @ParameterizedTest
  @CsvSource({"8, 0, 0, true", "9, 0, 0, false", "0, 1, 0, false", "0, 0, 1, false"})
  void isLevelWith_bounds(long heapMb, int threads, int threadLocals, boolean expected) {
    Level first = new Level(1, 10 * MB, 5, 7, 1);
    Level last = new Level(10, (10 + heapMb) * MB, 5 + threads, 7 + threadLocals, 1);
    assertThat(last.isLevelWith(first)).isEqualTo(expected);
  }

  @Test
  void count_seesNewEntry() {
    ThreadLocals counter = new ThreadLocals();
    List<Thread> self = List.of(Thread.currentThread());
    ThreadLocal<String> more = new ThreadLocal<>();
    int before = counter.count(self);
    more.set("x");
    try {
      assertThat(counter.count(self)).isEqualTo(before + 1);
    } finally {
      more.remove();
    }
  }
}
