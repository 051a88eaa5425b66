package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.interop.servers.Keys;
import io.waybill.interop.servers.ServersUnderAgent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same servers under the oldest agent, and under one without the extension. */
class AgentServersElsewhereTest {
  private static final String FORGED = "baggage: user.id=u-forged";
  private static final String USER = "baggage: user.id=u-1";

  @Test
  void oldestAgent_believesTheSame() throws Exception {
    try (FiveServers servers = FiveServers.extended(AgentJvm.floor())) {
      for (String server : ServersUnderAgent.SERVERS) {
        assertThat(servers.call(server, "public", "/now", FORGED)).as(server).isEqualTo("none");
        assertThat(servers.call(server, "own", "/now", USER)).as(server).isEqualTo("user.id=u-1");
        assertThat(servers.callTls(server, Keys.ORDERS, "/now", USER))
            .as(server)
            .isEqualTo("user.id=u-1");
        assertThat(servers.callTls(server, Keys.OTHER, "/now", FORGED))
            .as(server)
            .isEqualTo("none");
        assertThat(servers.callTls(server, "", "/now", FORGED)).as(server).isEqualTo("none");
      }
      for (String server : List.of("tomcat", "jetty")) {
        assertThat(servers.call(server, "own", "/dispatch", USER)).isEqualTo("user.id=u-1");
        assertThat(AgentServersTest.released(servers, server, "own", USER))
            .isEqualTo("user.id=u-1");
      }
      assertThat(ManyUsers.send(servers, 500, 8)).isEmpty();
    }
  }

  /** What the extension is for: else these tests would show nothing. */
  @Test
  void agentAlone_believesEverybody() throws Exception {
    try (FiveServers servers = FiveServers.withoutExtension(AgentJvm.newest())) {
      for (String server : ServersUnderAgent.SERVERS) {
        assertThat(servers.call(server, "public", "/now", FORGED))
            .as(server)
            .isEqualTo("user.id=u-forged");
        assertThat(servers.callTls(server, "", "/now", FORGED))
            .as(server)
            .isEqualTo("user.id=u-forged");
      }
      for (String server : List.of("tomcat", "jetty")) {
        // Of who let it go on.
        assertThat(AgentServersTest.released(servers, server, "own", USER))
            .isEqualTo("user.id=u-2");
      }
    }
  }
}
