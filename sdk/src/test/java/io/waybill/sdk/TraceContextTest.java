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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    ServerRequest request = Fixture.receive(waybill, headers.toArray(String[]::new));
    Map<String, String> out = new HashMap<>();
    ClientRequest call = waybill.send(request.context(), OWN);
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

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  static Stream<Arguments> tracestates() {
    String all = "0123456789abcdefghijklmnopqrstuvwxyz_-*/@";
    String value =
        IntStream.rangeClosed(0x21, 0x7E)
            .filter(c -> c != ',' && c != '=')
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return Stream.of(
        arguments("one", List.of("foo=1"), "foo=1"),
        arguments("several", List.of("foo=1,bar=2,baz=3"), "foo=1,bar=2,baz=3"),
        arguments("lines in order, §3.3.1", List.of("foo=1", "bar=2,baz=3"), "foo=1,bar=2,baz=3"),
        arguments("three lines", List.of("foo=1", "", "bar=2"), "foo=1,bar=2"),
        arguments("empty line", List.of(""), null),
        arguments("empty members", List.of("foo=1,,bar=2, ,"), "foo=1,bar=2"),
        arguments("white space", List.of("foo=1 \t , \t bar=2, \t baz=3"), "foo=1,bar=2,baz=3"),
        arguments("space inside a value", List.of("foo=a b"), "foo=a b"),
        arguments("same key: the first", List.of("foo=1,foo=2"), "foo=1"),
        arguments("same key on two lines", List.of("foo=1", "foo=2,bar=3"), "foo=1,bar=3"),
        arguments("all key characters", List.of("a" + all + "=1"), "a" + all + "=1"),
        arguments("key that is a digit, Level 2", List.of("0=1"), "0=1"),
        arguments("key with several @, Level 2", List.of("foo@bar@baz=1"), "foo@bar@baz=1"),
        arguments("key ending in @, Level 2", List.of("foo@=1"), "foo@=1"),
        arguments(
            "long tenant, Level 2", List.of("t".repeat(242) + "@v=1"), "t".repeat(242) + "@v=1"),
        arguments("key beginning with @", List.of("@foo=1,bar=2"), null),
        arguments("key with a space", List.of("foo =1"), null),
        arguments("key in upper case", List.of("FOO=1"), null),
        arguments("key with a dot", List.of("foo.bar=1"), null),
        arguments("empty key", List.of("=1"), null),
        arguments("no value, no =", List.of("foo"), null),
        arguments("empty value", List.of("foo="), null),
        arguments("= in a value", List.of("foo=bar=baz"), null),
        arguments("one bad member costs all", List.of("foo=1,bar=,baz=3"), null),
        arguments("one bad line costs all", List.of("foo=1", "BAR=2"), null),
        arguments("all value characters", List.of("a=" + value), "a=" + value),
        arguments("value not ASCII", List.of("a=é"), null),
        arguments("value with DEL", List.of("a=\u007f"), null),
        arguments("value with a line feed", List.of("a=b\nc"), null),
        arguments("key of 256", List.of("k".repeat(256) + "=1"), "k".repeat(256) + "=1"),
        arguments("key of 257", List.of("k".repeat(257) + "=1"), null),
        arguments("value of 256", List.of("k=" + "v".repeat(256)), "k=" + "v".repeat(256)),
        arguments("value of 257", List.of("k=" + "v".repeat(257)), null),
        arguments("32 members", List.of(members(32)), members(32)),
        arguments("33 members", List.of(members(33)), null),
        arguments("33 members on two lines", List.of(members(32), "more=1"), null),
        arguments("more than is read", List.of("a=1," + " ".repeat(8192)), null));
  }

  /** Whatever becomes of it, the traceparent stays. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
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
    ServerRequest request =
        Fixture.receive(waybill, "traceparent: " + VALID, "tracestate: foo=1,bar=2,0@=3");
    SpanContext parent = Span.fromContext(request.context()).getSpanContext();
    TraceState changed = parent.getTraceState().toBuilder().put("own", "4").build();

    assertThat(parent.getTraceState().get("foo")).isEqualTo("1");
    assertThat(parent.getTraceState().size()).isEqualTo(3);
    assertThat(changed.asMap().keySet()).startsWith("own", "foo", "bar");
    request.end();
  }
}
