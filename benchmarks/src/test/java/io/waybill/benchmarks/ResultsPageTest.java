package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultsPageTest {
  private static final String OLD = ResultsPage.with("", 25, "old 25\n");

  @Test
  void with_otherJdk_keepsIt() {
    assertThat(ResultsPage.with(OLD, 17, "new 17"))
        .startsWith("# Results\n")
        .endsWith("\n\n## JDK 17\n\nnew 17\n\n## JDK 25\n\nold 25\n");
  }

  @Test
  void with_sameJdk_replacesIt() {
    assertThat(ResultsPage.with(OLD, 25, "new 25"))
        .endsWith("\n\n## JDK 25\n\nnew 25\n")
        .doesNotContain("old");
  }

  @Test
  void with_sameSections_changesNothing() {
    assertThat(ResultsPage.with(OLD, 25, "old 25")).isEqualTo(OLD);
  }

  @Test
  void section_isWhatWasWritten() {
    assertThat(ResultsPage.section(OLD, 25)).isEqualTo("old 25");
    assertThat(ResultsPage.section(OLD, 17)).isEmpty();
  }
}
