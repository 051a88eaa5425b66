package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultsPageTest {
  private static final String JDK_17 = ResultsPage.benchmarks(17);
  private static final String JDK_25 = ResultsPage.benchmarks(25);
  private static final String OLD = ResultsPage.with("", JDK_25, "old 25\n");

  @Test
  void with_otherJdk_keepsIt() {
    assertThat(ResultsPage.with(OLD, JDK_17, "new 17"))
        .startsWith("# Results\n")
        .endsWith("\n\n## JDK 17\n\nnew 17\n\n## JDK 25\n\nold 25\n");
  }

  @Test
  void with_sameJdk_replacesIt() {
    assertThat(ResultsPage.with(OLD, JDK_25, "new 25"))
        .endsWith("\n\n## JDK 25\n\nnew 25\n")
        .doesNotContain("old");
  }

  @Test
  void with_sameSections_changesNothing() {
    assertThat(ResultsPage.with(OLD, JDK_25, "old 25")).isEqualTo(OLD);
  }

  @Test
  void with_sockets_isASectionOfItsOwn() {
    String both = ResultsPage.with(OLD, ResultsPage.sockets(17), "sockets 17");

    assertThat(both).endsWith("old 25\n\n## Over sockets, JDK 17\n\nsockets 17\n");
    assertThat(ResultsPage.with(both, JDK_25, "new 25"))
        .isEqualTo(both.replace("old 25", "new 25"));
  }

  @Test
  void section_isWhatWasWritten() {
    assertThat(ResultsPage.section(OLD, JDK_25)).isEqualTo("old 25");
    assertThat(ResultsPage.section(OLD, JDK_17)).isEmpty();
  }
}
