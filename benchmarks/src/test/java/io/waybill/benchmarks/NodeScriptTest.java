package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeScriptTest {
  private static final Path SCRIPT = Path.of("node", "als.mjs");

  @Test
  void run_noNode_saysSo() throws Exception {
    assertThat(NodeScript.run("no-such-node", SCRIPT)).startsWith("**SKIPPED: als.mjs");
  }

  /** Where there is a node, the script works in it. */
  @Test
  void run_once() throws Exception {
    assertThat(NodeScript.run("node", SCRIPT, "10"))
        .satisfiesAnyOf(
            printed -> assertThat(printed).contains("| als.run").contains("members=64"),
            printed -> assertThat(printed).startsWith("**SKIPPED"));
  }

  @Test
  void of_section_isItsEnd() {
    assertThat(NodeScript.of("17\n\n| a | 1 |\n\n| Node v20 | ns |\n| als | 1 |"))
        .isEqualTo("| Node v20 | ns |\n| als | 1 |\n");
    assertThat(NodeScript.of("17\n\n**SKIPPED: als.mjs**")).startsWith("**SKIPPED");
    assertThat(NodeScript.of("17\n\n| a | 1 |")).isEmpty();
  }
}
