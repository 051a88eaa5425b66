package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.IncomingCall;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trace headers through a service. Each input is {@code traceparent} and {@code tracestate} lines.
 */
class TraceFuzzTest {
  private static final int IDS = 1;
  private static final int FLAGS = 2;

  /** Sampled and random; others go out as 0 (Level 2, §3.2.2.5). */
  private static final int KNOWN_FLAGS = 3;

  /** W3C Trace Context §3.2. */
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}(-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-)([0-9a-f]{2})"
              + "((?<!^00.{53})-.*)?",
          Pattern.DOTALL);

  @FuzzTest
  void traceparent_oneValidOrNone(byte[] data) {
    Headers in = Headers.of(Text.lines(data), "traceparent", "tracestate");
    List<String> lines = in.all("traceparent");
    IncomingCall request = Hop.TRUSTING.receive(in);
    Headers own = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), Hop.ROOM);
    Headers partner = Hop.TRUSTING.send(request.context(), Hop.PARTNER, List.of(), Hop.ROOM);
    request.end();

    Matcher valid = TRACEPARENT.matcher(lines.size() == 1 ? lines.get(0) : "");
    if (valid.matches()) {
      int flags = Integer.parseInt(valid.group(FLAGS), 16) & KNOWN_FLAGS;
      assertThat(own.first("traceparent")).isEqualTo("00" + valid.group(IDS) + "0" + flags);
    } else {
      assertThat(own.all("traceparent")).isEmpty();
      assertThat(own.all("tracestate")).isEmpty();
    }
    assertThat(partner.all("traceparent")).isEqualTo(own.all("traceparent"));
    assertThat(partner.all("tracestate")).isEmpty();
    for (String state : own.all("tracestate")) {
      assertThat(state.split(",", -1)).hasSizeLessThanOrEqualTo(32).allMatch(s -> s.contains("="));
    }
  }
}
