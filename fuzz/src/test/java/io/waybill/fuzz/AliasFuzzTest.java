package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import java.util.List;

/**
 * The header that is an alias of a field. Each input is one value; it is in both headers the same.
 */
class AliasFuzzTest {
  private static final String ALIAS = "x-user-id";

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

  private static boolean isHeader(String value) {
    return value.matches("[!-~]([ -~]{0,1022}[!-~])?");
  }
}
