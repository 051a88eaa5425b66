package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two promises in a process under the real Java agent, by what its propagators are. */
class AgentBordersTest {
  private static final List<String> LINES =
      List.of("mirrored: ", "strict: ", "own: ", "token: ", "attributes: ", "believed: ", "left: ");

  private static Map<String, String> run(AgentJvm jvm) throws Exception {
    List<String> awaited = Stream.concat(LINES.stream(), Stream.of("done")).toList();
    try (Running program = jvm.withWaybill().start(awaited, UnderAgent.class)) {
      program.await("done");
      Map<String, String> seen = new java.util.HashMap<>();
      for (String line : LINES) {
        seen.put(line.substring(0, line.length() - 2), program.await(line));
      }
      return seen;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tracecontext,baggage", "tracecontext"})
  void agent(String propagators) throws Exception {
    boolean plain = propagators.contains("baggage");
    assertKept(run(AgentJvm.newest().environment("OTEL_PROPAGATORS", propagators)), plain);
  }

  /** Adapters of ours inside of the extension's requests, and around its calls. */
  @Test
  void agent_withTheExtension() throws Exception {
    assertKept(run(AgentJvm.newest().extended(Map.of())), false);
  }

  private static void assertKept(Map<String, String> seen, boolean plain) {
    assertThat(seen)
        .containsEntry("mirrored", plain ? "[]" : "[plan, request.id, user.id]")
        .containsEntry("strict", plain ? "refused" : "accepted")
        .containsEntry("token", "[none]")
        .containsEntry("attributes", "plan=null vip=null")
        .containsEntry("believed", "plan=gold vip=null")
        .containsEntry("left", "nothing, found 1");
    assertThat(seen.get("own")).contains("user.id=u-1").contains("plan=gold");
  }
}
