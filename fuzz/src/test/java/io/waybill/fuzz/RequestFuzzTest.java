package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import java.util.List;

/**
 * A request in, a call out. Each input is headers, {@code name: value} or the value of {@code
 * baggage}; {@code present:} is what the application writes into its call.
 */
class RequestFuzzTest {
  private static final int ENOUGH = 7000;

  @FuzzTest
  void send_anythingReceived(byte[] data) {
    for (Hop hop : List.of(Hop.TRUSTING, Hop.DISTRUSTING)) {
      Headers in = headers(data);
      List<String> present = in.remove("present");
      IncomingCall request = hop.receive(in);

      assertThat(request.scope().get(BaggageField.REQUEST_ID)).isNotNull();
      checkOut(hop, request, present, Hop.ROOM);
      checkOut(hop, request, present, data.length % 200);
      if (present.isEmpty()) {
        checkNextHop(hop, request);
      }
      request.end();
    }
  }

  /** Each input is entries, as {@link Entry} says, that plain code put into its Baggage. */
  @FuzzTest
  void send_anyPlainBaggage(byte[] data) {
    BaggageBuilder plain = Baggage.builder();
    for (String line : Text.lines(data)) {
      String[] parts = (line + "\t\t").split("\t", 3);
      plain.put(parts[0], parts[1], BaggageEntryMetadata.create(parts[2].strip()));
    }
    Baggage baggage = plain.build();
    IncomingCall request = Hop.TRUSTING.receive(Headers.of(List.of("user.id=u-17"), "baggage"));

    // Headers checks what is set.
    Headers within =
        Hop.TRUSTING.send(request.context().with(baggage), Hop.OWN, List.of(), Hop.ROOM);
    assertThat(within.first("baggage")).contains("user.id=u-17");
    request.end();
    Hop.TRUSTING.send(Context.root().with(baggage), Hop.OWN, List.of(), Hop.ROOM);
  }

  private static void checkOut(Hop hop, IncomingCall request, List<String> present, int room) {
    Headers own = hop.send(request.context(), Hop.OWN, present, room);
    String baggage = String.join("\n", own.all("baggage"));
    assertThat(baggage).hasSizeLessThanOrEqualTo(room);
    assertThat(baggage.chars().filter(c -> c == ',').count()).isLessThan(64);

    Headers partner = hop.send(request.context(), Hop.PARTNER, present, room);
    Members released = BaggageParser.parse(partner.all("baggage"), 64, Hop.ROOM);
    assertThat(Entry.of(released)).allMatch(entry -> entry.name().equals("locale"));
    assertThat(partner.all("tracestate")).isEmpty();

    assertThat(hop.send(request.context(), Hop.UNKNOWN, present, room).all("baggage")).isEmpty();
  }

  /** Handler and next hop agree on every field. */
  private static void checkNextHop(Hop hop, IncomingCall request) {
    Headers sent = hop.send(request.context(), Hop.OWN, List.of(), Hop.ROOM);
    if (String.join("", sent.all("baggage")).length() > ENOUGH) {
      return; // Something may have been left out.
    }
    IncomingCall next = Hop.TRUSTING.receive(sent);
    for (BaggageField<?> field : Hop.FIELDS) {
      assertThat((Object) next.scope().get(field)).isEqualTo(request.scope().get(field));
    }
    next.end();
  }

  private static Headers headers(byte[] data) {
    return Headers.of(
        Text.lines(data),
        "baggage",
        "traceparent",
        "tracestate",
        "x-request-id",
        "x-user-id",
        "x-locale",
        "present");
  }
}
