package io.waybill.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.RequestBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of declared fields, where one taken for another would be one user taken for another. */
class FieldsFuzzTest {
  private static final String NAME = Hop.USER.name() + "=";

  /** Each input is two values, one a line. */
  @FuzzTest
  void format_distinctValues_neverAlike(byte[] data) {
    List<String> values = Text.lines(data);
    String one = values.get(0);
    String other = values.get(values.size() - 1);
    String header = header(one);
    String otherHeader = header(other);

    if (header != null && otherHeader != null) {
      assertThat(header.equals(otherHeader)).isEqualTo(one.equals(other));
    }
  }

  /** Each input is the octets of one value; the JDK says whether they are UTF-8. */
  @FuzzTest
  void receive_decodesUtf8_andNothingElse(byte[] data) {
    String encoded = HexFormat.of().withPrefix("%").formatHex(data);
    IncomingCall request = Hop.TRUSTING.receive(Headers.one("baggage", NAME + encoded));
    String expected = NAME.length() + encoded.length() > Hop.ROOM ? null : decode(data);

    assertThat(request.scope().get(Hop.USER)).isEqualTo(expected);
    Headers sent = Hop.TRUSTING.send(request.context(), Hop.OWN, List.of(), 2 * Hop.ROOM);
    assertThat(sent.first("baggage").contains(NAME + encoded)).isEqualTo(expected != null);
    request.end();
  }

  private static @Nullable String decode(byte[] octets) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  /** Returns the header of a request for {@code user}; null if there is none or it is refused. */
  private static @Nullable String header(String user) {
    RequestBuilder request = Hop.TRUSTING.waybill.request().with(BaggageField.REQUEST_ID, "r");
    try {
      request = request.with(Hop.USER, user);
    } catch (IllegalArgumentException refused) {
      assertThat(Text.wellFormed(user)).isNotEqualTo(user);
      return null;
    }
    String header =
        request.call(
            () ->
                Hop.TRUSTING
                    .send(Context.current(), Hop.OWN, List.of(), Hop.ROOM)
                    .first("baggage"));
    return header != null && header.contains(NAME) ? header : null;
  }
}
