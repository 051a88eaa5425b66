package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the extension adds to the agent, in bytes of a call: figures, and so only where they are
 * asked for by {@code -Dwaybill.cost=true}. They take five minutes.
 */
@EnabledIfSystemProperty(named = "waybill.cost", matches = "true")
class AgentCostTest {
  private static final List<String> CLIENTS = List.of("okhttp", "jdk");

  private static Map<String, Long> bytes(AgentJvm jvm, List<Integer> ports, String toOwn)
      throws Exception {
    List<String> all = CLIENTS.stream().flatMap(AgentCostTest::calls).toList();
    List<String> lines =
        Stream.concat(
                all.stream().flatMap(call -> Stream.of("sent: " + call, "bytes: " + call)),
                Stream.of("answered:"))
            .toList();
    String[] arguments = ports.stream().map(String::valueOf).toArray(String[]::new);
    // As a service runs: what the second compiler leaves out counts.
    jvm.option("-XX:TieredStopAtLevel=4");
    try (Running program = jvm.start(lines, CallsUnderAgent.class, arguments)) {
      program.await("answered:");
      Map<String, Long> bytes = new HashMap<>();
      for (String call : all) {
        String sent = program.await("sent: " + call);
        assertThat(sent).as(call).contains(call.endsWith("own") ? toOwn : "");
        bytes.put(call, Long.parseLong(program.await("bytes: " + call)));
      }
      return bytes;
    }
  }

  private static List<Integer> ports() throws IOException {
    return List.of(Running.freePort(), Running.freePort(), Running.freePort());
  }

  private static Stream<String> calls(String client) {
    return Stream.of(client + " own", client + " third");
  }

  @Test
  void bytes_ofACall() throws Exception {
    Map<String, Long> traced =
        bytes(AgentJvm.newest().option("-Dotel.propagators=tracecontext"), ports(), "nothing");
    List<Integer> ports = ports();
    Map<String, String> policy =
        Map.of(
            "waybill.identities",
            "user.id",
            "waybill.attributes",
            "plan",
            "waybill.peers",
            "listener:" + ports.get(0) + "=own",
            "waybill.destinations",
            "http://127.0.0.1:" + ports.get(1) + "=own");
    Map<String, Long> extended = bytes(AgentJvm.newest().extended(policy), ports, "user.id=u-1");
    Map<String, Long> alone = bytes(AgentJvm.newest(), ports(), "user.id=u-1");

    extended.forEach(
        (call, bytes) ->
            System.out.printf(
                "%-14s %6d bytes; added to trace context %5d, to the agent alone %5d%n",
                call, bytes, bytes - traced.get(call), bytes - alone.get(call)));
  }
}
