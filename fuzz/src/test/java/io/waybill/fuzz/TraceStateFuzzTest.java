package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.IncomingCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The {@code tracestate} of a valid trace. Each input is its lines. */
class TraceStateFuzzTest {
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final int MOST_CHARS = 8192;
  private static final int MOST_MEMBERS = 32;

  /** W3C Trace Context Level 2, §3.3.1.3. */
  private static final Pattern MEMBER =
      Pattern.compile("([a-z0-9][a-z0-9_\\-*/@]{0,255})=([ -~&&[^,=]]{0,255}[!-~&&[^,=]])");

  @FuzzTest
  void tracestate_allValidOrNone(byte[] data) {
    List<String> lines = Text.lines(data);
    Headers in = Headers.one("traceparent", TRACEPARENT).with("tracestate", lines);
    IncomingCall request = Hop.TRUSTING.receive(in);
    Headers own = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), Hop.ROOM);
    Headers partner = Hop.TRUSTING.send(request.context(), Hop.PARTNER, List.of(), Hop.ROOM);
    request.end();

    assertThat(own.first("traceparent")).isEqualTo(TRACEPARENT);
    assertThat(own.first("tracestate")).isEqualTo(valid(String.join(",", lines)));
    assertThat(partner.first("traceparent")).isEqualTo(TRACEPARENT);
    assertThat(partner.all("tracestate")).isEmpty();
  }

  private static String withoutSpaceAround(String member) {
    int end = member.length();
    while (end > 0 && isSpace(member.charAt(end - 1))) {
      end--;
    }
    int start = 0;
    while (start < end && isSpace(member.charAt(start))) {
      start++;
    }
    return member.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Returns what the specification has of {@code joined}: one invalid member costs all. */
  private static @Nullable String valid(String joined) {
    List<String> members =
        Pattern.compile(",")
            .splitAsStream(joined)
            .map(TraceStateFuzzTest::withoutSpaceAround)
            .filter(member -> !member.isEmpty())
            .toList();
    boolean all = members.stream().allMatch(member -> MEMBER.matcher(member).matches());
    if (!all || joined.length() > MOST_CHARS || members.size() > MOST_MEMBERS) {
      return null;
    }
    Map<String, String> first = new LinkedHashMap<>();
    members.forEach(member -> first.putIfAbsent(member.split("=", 2)[0], member));
    return first.isEmpty() ? null : first.values().stream().collect(Collectors.joining(","));
  }
}
