package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header that is an alias of a field. Each input is one value; it is in both headers the same.
 */
class AliasFuzzTest {
  private static final int MOST_LINES = 1024;

  private static final String ALIAS = "x-user-id";
  private static final String LIST = "x-locale";

  @FuzzTest
  void in_printableOrNothing(byte[] data) {
    String value = String.join("\n", Text.lines(data));
    IncomingCall request = Hop.TRUSTING.receive(Headers.one(ALIAS, value));
    String expected = isHeader(value) ? value : null;

    assertThat(request.scope().get(Hop.USER)).isEqualTo(expected);
    Headers sent = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), Hop.ROOM);
    request.end();
    assertThat(sent.first(ALIAS)).isEqualTo(expected);
    IncomingCall next = Hop.TRUSTING.receive(Headers.one("baggage", sent.first("baggage")));
    assertThat(next.scope().get(Hop.USER)).isEqualTo(expected);
    next.end();
  }

  @FuzzTest
  void out_printableOrNothing(byte[] data) {
    String value = Text.wellFormed(String.join("\n", Text.lines(data)));
    BaggageFormatter formatter = new BaggageFormatter(1, Hop.ROOM);
    if (!formatter.add(Hop.USER.name(), value, "")) {
      return;
    }
    IncomingCall request = Hop.TRUSTING.receive(Headers.one("baggage", formatter.text()));
    Headers sent = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), 2 * Hop.ROOM);

    assertThat(request.scope().get(Hop.USER)).isEqualTo(value);
    request.end();
    assertThat(sent.first(ALIAS)).isEqualTo(isHeader(value) ? value : null);
  }

  /** Each input is the lines of a header that is a list, and then of one that is not. */
  @FuzzTest
  void in_lines_areOneListOrNone(byte[] data) {
    List<String> lines = Text.lines(data);
    String list = lines.stream().filter(line -> !line.isEmpty()).collect(Collectors.joining(", "));
    IncomingCall request = Hop.TRUSTING.receive(Headers.of(lines, LIST));
    String expected = isList(list) && lines.size() <= MOST_LINES ? list : null;

    assertThat(request.scope().get(Hop.LOCALE)).isEqualTo(expected);
    Headers sent = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), Hop.ROOM);
    request.end();
    assertThat(sent.first(LIST)).isEqualTo(expected);

    IncomingCall single = Hop.TRUSTING.receive(Headers.of(lines, ALIAS));
    boolean one = lines.size() == 1 && isHeader(lines.get(0));
    assertThat(single.scope().get(Hop.USER)).isEqualTo(one ? lines.get(0) : null);
    single.end();
  }

  private static boolean isHeader(String value) {
    return isList(value) && value.indexOf(',') < 0;
  }

  private static boolean isList(String value) {
    return value.matches("[!-~]([ -~]{0,1022}[!-~])?");
  }
}
