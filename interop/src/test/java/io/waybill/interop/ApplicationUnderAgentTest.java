package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications with Waybill code under the agent and our extension. */
class ApplicationUnderAgentTest {
  private static final String AFTERWARDS = "seen own [], ended true, token wiped";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void webApplications_keepTheirOwnPolicy(boolean newest) throws Exception {
    List<String> lines =
        List.of("believing: ", "believing afterwards: ", "doubting: ", "doubting afterwards: ");
    // Were the operator's policy asked, it would release to nobody.
    AgentJvm jvm =
        (newest ? AgentJvm.newest() : AgentJvm.floor())
            .extended(Map.of("waybill.identities", "user.id"));
    try (Running program = jvm.start(lines, WebApplications.class, classPath())) {
      assertThat(program.await("believing: ")).matches(seen("u-1", "u-1"));
      assertThat(program.await("doubting: ")).matches(seen("null", "u-2"));
      assertThat(program.await("believing afterwards: ")).isEqualTo(AFTERWARDS);
      assertThat(program.await("doubting afterwards: ")).isEqualTo(AFTERWARDS);
    }
  }

  /** Of two requests in one Context, none is in Baggage. */
  private static String seen(String came, String user) {
    String sent = "request.id=\\w+,user.id=" + user;
    return ("seen %s, mirrored null, own \\[%s], third \\[], with \\[%s,plan=gold], afterwards \\[%s]")
        .formatted(came, sent, sent, sent);
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                entry.endsWith("test-classes")
                    || entry.contains("waybill-sdk")
                    || entry.contains("waybill-api")
                    || entry.endsWith("sdk/target/classes")
                    || entry.endsWith("api/target/classes")
                    || entry.contains("opentelemetry-api")
                    || entry.contains("opentelemetry-context")
                    || entry.contains("opentelemetry-common"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
