package io.waybill.beside.redirects;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which headers of a request are at the end of a redirect; the page has it as a table. */
class RedirectMatrixTest {
  private static final Path PAGE = Path.of("../http-interceptors/README.md");
  private static final List<Integer> STATUSES = List.of(301, 302, 303, 307, 308);
  private static final Map<String, String> WRITTEN = written();

  private static Map<String, String> written() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("baggage", "user.id=u-1");
    headers.put("x-user", "u-1");
    headers.put("authorization", "Bearer of-the-user");
    headers.put("cookie", "session=of-the-user");
    headers.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    headers.put("tracestate", "vendor=of-the-user");
    return headers;
  }

  @ParameterizedTest
  @EnumSource
  void ours_takesNothingWhereThePolicyNamesNobody(RedirectingClient client) throws Exception {
    for (Road road : List.of(Road.OTHER_PORT, Road.OTHER_HOST, Road.TO_HTTP, Road.THERE_AND_BACK)) {
      for (int status : STATUSES) {
        Seen away = journey(client, road, status, true).get(1);

        assertThat(away.headers().entrySet().toString())
            .as("%s %s %s", client, road, status)
            .doesNotContain("of-the-user", "u-1", "4bf92f3577b34da6a3ce929d0e0e4736")
            .doesNotContainIgnoringCase("baggage");
        assertThat(away.lines("traceparent")).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void ours_hasTheRequestAgainWhereItComesBack(RedirectingClient client) throws Exception {
    for (Road road : List.of(Road.SAME_ORIGIN, Road.THERE_AND_BACK)) {
      for (int status : STATUSES) {
        List<Seen> journey = journey(client, road, status, true);

        Seen back = journey.get(journey.size() - 1);
        assertThat(back.lines("baggage")).as("%s %s %s", client, road, status).hasSize(1);
        assertThat(back.line("baggage")).contains("user.id=u-1");
        assertThat(back.lines("x-user")).containsExactly("u-1");
        assertThat(back.lines("traceparent")).hasSize(1);
        assertThat(back.headers().containsKey("Cookie")).isEqualTo(road == Road.SAME_ORIGIN);
      }
    }
  }

  @Test
  void page_isWhatTheClientsDo() throws Exception {
    List<String> expected = new ArrayList<>();
    for (RedirectingClient client : RedirectingClient.values()) {
      String name = client == RedirectingClient.JDK ? client.label + " of " + jdk() : client.label;
      expected.add(row(name + ", plain", client, false));
      expected.add(row(client.label + ", ours", client, true));
    }

    List<String> page = Files.readAllLines(PAGE);

    // What the JDK's own client does differs from release to release; the page has two of them.
    expected.removeIf(
        row -> row.contains(jdk()) && page.stream().noneMatch(RedirectMatrixTest::ofThisJdk));
    assertThat(page).as("the table of %s", PAGE).containsAll(expected);
  }

  private static boolean ofThisJdk(String line) {
    return line.contains(jdk());
  }

  private static String jdk() {
    return "JDK " + Runtime.version().toString().replaceAll("[+-].*", "");
  }

  private static String row(String name, RedirectingClient client, boolean ours) throws Exception {
    StringBuilder row = new StringBuilder("| ").append(name);
    for (Road road : Road.values()) {
      Map<String, List<Integer>> arrived = new LinkedHashMap<>();
      for (int status : STATUSES) {
        for (String header : arrivedAtTheEnd(client, road, status, ours)) {
          arrived.computeIfAbsent(header, none -> new ArrayList<>()).add(status);
        }
      }
      row.append(" | ").append(cell(arrived));
    }
    return row.append(" |").toString();
  }

  private static String cell(Map<String, List<Integer>> arrived) {
    if (arrived.isEmpty()) {
      return "nothing";
    }
    if (arrived.keySet().equals(WRITTEN.keySet())
        && arrived.values().stream().allMatch(STATUSES::equals)) {
      return "all";
    }
    return arrived.entrySet().stream()
        .map(
            entry ->
                entry.getValue().equals(STATUSES)
                    ? entry.getKey()
                    : entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Returns the headers that are there at the end, ours with a span of its own for each hop. */
  private static List<String> arrivedAtTheEnd(
      RedirectingClient client, Road road, int status, boolean ours) throws Exception {
    List<Seen> journey = journey(client, road, status, ours);
    Seen first = journey.get(0);
    Seen last = journey.get(journey.size() - 1);
    return WRITTEN.keySet().stream()
        .filter(header -> !last.lines(header).isEmpty())
        .map(
            header ->
                header.equals("traceparent") && !last.lines(header).equals(first.lines(header))
                    ? "a new traceparent"
                    : header)
        .toList();
  }

  private static List<Seen> journey(RedirectingClient client, Road road, int status, boolean ours)
      throws Exception {
    try (Telemetry telemetry = new Telemetry();
        Road.Servers servers = new Road.Servers(road, status)) {
      if (ours) {
        Waybill waybill =
            Waybill.builder(telemetry.openTelemetry())
                .carry(Telemetry.USER, rule -> rule.alias("x-user"))
                .destination(servers.own().origin(), TrustZone.OWN)
                .build();
        waybill
            .request()
            .with(Telemetry.USER, "u-1")
            .call(
                () -> {
                  client.get(servers.own().uri("/begin"), WRITTEN, waybill);
                  return 0;
                });
      } else {
        client.get(servers.own().uri("/begin"), WRITTEN, null);
      }
      List<Seen> journey = servers.journey();
      assertThat(journey).hasSize(road == Road.THERE_AND_BACK ? 3 : 2);
      return journey;
    }
  }
}
