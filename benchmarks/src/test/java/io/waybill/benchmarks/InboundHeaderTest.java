package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InboundHeaderTest {
  private static final int SIZE = 65_536;

  static List<InboundHeader> all() {
    return InboundHeader.ALL;
  }

  @ParameterizedTest
  @MethodSource("all")
  void lines_areAsLongAsAsked(InboundHeader header) {
    List<String> lines = header.lines(SIZE);

    long size = lines.size() + lines.stream().mapToLong(String::length).sum();
    assertThat(size).isBetween(SIZE * 98L / 100, SIZE + 1L);
  }

  @Test
  void alike_haveOneHash() {
    List<String> names =
        List.of(InboundHeader.ALIKE.lines(SIZE).get(0).split("=,?", -1)).subList(0, 2000);

    assertThat(names).doesNotHaveDuplicates();
    assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
  }
}
