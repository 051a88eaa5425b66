package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trace Context Level 2 through our borders: the questions that the W3C's own harness asks of a
 * service, in and out again.
 */
class TraceContextTest {
  private static final String ID = "12345678901234567890123456789012";
  private static final String PARENT = "1234567890123456";
  private static final String VALID = "00-" + ID + "-" + PARENT + "-01";

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).spans(SpanMode.NEVER).build();

  /** Returns the headers that go out for those that came in. */
  private Map<String, String> passedOn(List<String> headers) {
    IncomingCall request = Fixture.receive(waybill, headers.toArray(String[]::new));
    Map<String, String> out = new HashMap<>();
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.inject(out, Map::put, List.of(), 8192);
    call.end();
    request.end();
    return out;
  }

  static Stream<Arguments> traceparents() {
    String ids = ID + "-" + PARENT;
    return Stream.of(
        arguments("valid", VALID, VALID),
        arguments("not sampled", "00-" + ids + "-00", "00-" + ids + "-00"),
        arguments("random, §3.2.2.5.2", "00-" + ids + "-02", "00-" + ids + "-02"),
        arguments("sampled and random", "00-" + ids + "-03", "00-" + ids + "-03"),
        arguments("unknown flags go out as 0", "00-" + ids + "-f1", VALID),
        arguments("all flags", "00-" + ids + "-ff", "00-" + ids + "-03"),
        arguments("version cc", "cc-" + ids + "-01", VALID),
        arguments("version cc, more behind", "cc-" + ids + "-01-what-the-future-brings", VALID),
        arguments("version cc, no dash behind", "cc-" + ids + "-01.what-the-future-brings", null),
        arguments("version 00, more behind", VALID + "-more", null),
        arguments("version 00, residue", VALID + ".", null),
        arguments("version ff", "ff-" + ids + "-01", null),
        arguments("version .0", ".0-" + ids + "-01", null),
        arguments("version 0.", "0.-" + ids + "-01", null),
        arguments("version too long", "000-" + ids + "-01", null),
        arguments("version too short", "0-" + ids + "-01", null),
        arguments("trace id of zeros", "00-" + "0".repeat(32) + "-" + PARENT + "-01", null),
        arguments("trace id, dot first", "00-." + ID.substring(1) + "-" + PARENT + "-01", null),
        arguments("trace id, dot last", "00-" + ID.substring(1) + ".-" + PARENT + "-01", null),
        arguments("trace id too long", "00-" + ID + "3-" + PARENT + "-01", null),
        arguments("trace id too short", "00-" + ID.substring(1) + "-" + PARENT + "-01", null),
        arguments("upper case", "00-" + ID.replace('2', 'A') + "-" + PARENT + "-01", null),
        arguments("parent id of zeros", "00-" + ID + "-" + "0".repeat(16) + "-01", null),
        arguments("parent id, dot first", "00-" + ID + "-." + PARENT.substring(1) + "-01", null),
        arguments("parent id too long", "00-" + ID + "-" + PARENT + "7-01", null),
        arguments("parent id too short", "00-" + ID + "-" + PARENT.substring(1) + "-01", null),
        arguments("flags .0", "00-" + ids + "-.0", null),
        arguments("flags 0.", "00-" + ids + "-0.", null),
        arguments("flags too long", "00-" + ids + "-001", null),
        arguments("flags too short", "00-" + ids + "-1", null),
        arguments("empty", "", null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void traceparents(String ignoredName, String received, String sent) {
    assertThat(passedOn(List.of("traceparent: " + received)).get("traceparent")).isEqualTo(sent);
  }

  @Test
  void traceparent_twice_isNone() {
    String other = VALID.replace('9', '8');
    assertThat(
            passedOn(List.of("traceparent: " + VALID, "traceparent: " + other, "tracestate: a=1")))
        .doesNotContainKeys("traceparent", "tracestate");
    assertThat(passedOn(List.of("traceparent: " + VALID, "traceparent: " + VALID)))
        .doesNotContainKeys("traceparent");
  }

  @Test
  void tracestate_withoutTraceparent_isNone() {
    assertThat(passedOn(List.of("tracestate: foo=1"))).doesNotContainKeys("tracestate");
    assertThat(passedOn(List.of("traceparent: bad", "tracestate: foo=1")))
        .doesNotContainKeys("tracestate");
  }

  /** Whatever becomes of it, the traceparent stays. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.waybill.sdk.internal.wire.TraceStateParserTest#cases")
  void tracestates(String ignoredName, List<String> received, String sent) {
    List<String> headers = new ArrayList<>(List.of("traceparent: " + VALID));
    received.forEach(line -> headers.add("tracestate: " + line));
    Map<String, String> out = passedOn(headers);

    assertThat(out.get("traceparent")).isEqualTo(VALID);
    assertThat(out.get("tracestate")).isEqualTo(sent);
  }

  /** What a sampler does: it puts a member of its own in front. */
  @Test
  void tracestate_changedByASampler() {
    IncomingCall request =
        Fixture.receive(waybill, "traceparent: " + VALID, "tracestate: foo=1,bar=2,0@=3");
    SpanContext parent = Span.fromContext(request.context()).getSpanContext();
    TraceState changed = parent.getTraceState().toBuilder().put("own", "4").build();

    assertThat(parent.getTraceState().get("foo")).isEqualTo("1");
    assertThat(parent.getTraceState().size()).isEqualTo(3);
    assertThat(changed.asMap().keySet()).startsWith("own", "foo", "bar");
    request.end();
  }
}
