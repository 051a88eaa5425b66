package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The clients of a program under the Java agent: what each host gets that it calls, or is sent on
 * to. The program has no code of Waybill's.
 */
class AgentClientsTest {
  private static final String USER = "id plan=gold user.id=u-1 x-user: u-1";
  private static final Map<String, String> POLICY =
      Map.of("own", USER, "partner", "plan=gold", "third", "");

  private static List<String> run(AgentJvm jvm, boolean extended, String mode) throws Exception {
    List<String> ports = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      ports.add(String.valueOf(Running.freePort()));
    }
    if (extended) {
      jvm.extended(policy(ports));
    }
    // It is over before anything better is compiled.
    jvm.option("-XX:TieredStopAtLevel=1").option("-XX:+UseSerialGC");
    List<String> arguments = new ArrayList<>(List.of(mode));
    arguments.addAll(ports);
    try (Running program =
        jvm.start(List.of("done"), ClientsUnderAgent.class, arguments.toArray(new String[0]))) {
      program.await("done");
      List<String> lines = Arrays.asList(program.text().split("\n"));
      assertThat(lines).noneMatch(line -> line.startsWith("problem"));
      return lines;
    }
  }

  private static Map<String, String> policy(List<String> ports) {
    return Map.of(
        "waybill.identities",
        "user.id",
        "waybill.attributes",
        "plan",
        "waybill.fields.user.id.alias",
        "x-user",
        "waybill.peers",
        "listener:" + ports.get(0) + "=own 127.0.0.0/8",
        "waybill.destinations",
        String.join(
            ",",
            "http://127.0.0.1:" + ports.get(1) + "=own",
            "http://localhost:" + ports.get(2) + "=partner plan",
            "grpc://127.0.0.1:" + ports.get(4) + "=own",
            "http://127.0.0.1:" + ports.get(6) + "=own",
            "grpcs://localhost:" + ports.get(8) + "=own",
            "grpcs://localhost:" + ports.get(9) + "=own",
            "grpc://[::1]:" + ports.get(10) + "=own"),
        "waybill.channels.tls",
        "localhost:" + ports.get(8));
  }

  /** Returns what stands in the last column, by what stands before. */
  private static Map<String, String> rows(List<String> lines, String kind) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : lines) {
      if (line.startsWith(kind)) {
        int last = line.lastIndexOf('|');
        rows.put(line.substring(kind.length(), last).strip(), line.substring(last + 1).strip());
      }
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  /** Returns what the hosts of a case get by the policy, as far as the client goes. */
  private static String expected(String row) {
    String hops = row.substring(row.indexOf('|') + 1).strip().replaceAll("^(GET|POST) ", "");
    List<String> seen = new ArrayList<>();
    for (String hop : hops.split(">[0-9]+>| ")) {
      seen.add(hop + "[" + POLICY.get(hop) + "]");
    }
    // Spring streams the body, which HttpURLConnection can't send again.
    boolean follows = !row.contains("over HttpURLConnection | POST");
    return follows ? String.join(" ", seen) : seen.get(0);
  }

  /** What the policy says does not hold in a few corners. */
  private static String expectedInCorner(String row) {
    String client = row.substring(0, row.indexOf(" |"));
    return switch (client) {
      // Its interceptor can't see TLS, so that it counts as plaintext unless it is declared.
      case "gRPC over TLS, not declared" -> "own[]";
      // The agent cuts the authority at its first colon.
      case "gRPC over IPv6" -> "own[]";
      // It is known by its authority, which the application has chosen.
      case "gRPC, by the authority of third" -> "own[]";
      default ->
          client.endsWith(", own header")
              ? expected(row).replace("[]", "[mine=1]") // what the application writes, it sends
              : expected(row);
    };
  }

  private static void assertPolicy(List<String> lines) {
    rows(lines, "row").forEach((row, seen) -> assertThat(seen).as(row).isEqualTo(expected(row)));
    rows(lines, "crowd")
        .forEach((client, seen) -> assertThat(seen).as(client).isEqualTo("24 right, 0 mixed up"));
    assertThat(lines).noneMatch(line -> line.contains("get no baggage"));
  }

  @Test
  void extension() throws Exception {
    List<String> lines = run(AgentJvm.newest(), true, "all");

    assertPolicy(lines);
    // 14 clients in 10 cases, and gRPC in 2; 7 calls in the midst of each of 13 others.
    assertThat(rows(lines, "row")).hasSize(142);
    assertThat(rows(lines, "nested")).hasSize(91);
    rows(lines, "corner")
        .forEach((row, seen) -> assertThat(seen).as(row).isEqualTo(expectedInCorner(row)));
    rows(lines, "nested")
        .forEach(
            (calls, third) -> {
              assertThat(third).as(calls).isEqualTo("third[]");
              assertThat(calls).contains("own[" + USER + "]");
            });
  }

  /** The other way round for one that is switched off: nothing, and a warning that says how. */
  @Test
  void extension_hopsNotDecided() throws Exception {
    AgentJvm jvm =
        AgentJvm.newest()
            .option("-Dotel.instrumentation.waybill-apache-httpclient.enabled=false")
            .option("-Dotel.instrumentation.waybill-http-url-connection.enabled=false")
            .option("-Dotel.instrumentation.waybill-reactor-netty.enabled=false")
            .option("-Dwaybill.redirects.trust=http-url-connection");
    List<String> lines = run(jvm, true, "two");

    assertThat(rows(lines, "row"))
        .containsEntry("Apache | GET own", "own[]")
        .containsEntry("HttpURLConnection | GET own", "own[" + USER + "]")
        .containsEntry("HttpURLConnection | GET third", "third[]")
        // Which is what the operator has said.
        .containsEntry(
            "HttpURLConnection | GET own>302>third", "own[" + USER + "] third[" + USER + "]");
    assertThat(lines)
        .filteredOn(line -> line.contains("waybill.redirects.trust=apache-httpclient-5.0"))
        .hasSize(1);
    assertThat(lines).noneMatch(line -> line.contains("Calls by http-url-connection"));
    // Whose instrumentation can't be trusted: see agentAlone().
    assertThat(rows(lines, "crowd"))
        .containsEntry("Reactor Netty, one publisher", "0 right, 0 mixed up");
  }

  @Test
  void extension_ofTheFloor() throws Exception {
    assertPolicy(run(AgentJvm.floor(), true, "few"));
  }

  /** What all this is for: every host gets all, and a publisher that is shared mixes users up. */
  @Test
  void agentAlone() throws Exception {
    List<String> lines = run(AgentJvm.newest(), false, "few");

    rows(lines, "row")
        .forEach((row, seen) -> assertThat(seen).as(row).doesNotContain("[]").contains("u-1"));
    assertThat(rows(lines, "crowd").get("Reactor Netty, one publisher"))
        .doesNotEndWith(" 0 mixed up");
  }
}
