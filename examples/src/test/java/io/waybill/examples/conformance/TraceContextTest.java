package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * W3C Trace Context Level 2 through each HTTP server and client, and through gRPC: the questions of
 * the W3C's own harness, which run against {@code examples/run conformance} as well.
 */
class TraceContextTest {
  private static final String TRACE = "12345678901234567890123456789012";
  private static final String PARENT = "1234567890123456";
  private static final String HERE = "io.waybill.examples.conformance.TraceContextTest#";
  private static final String TRACEPARENTS = HERE + "traceparents";
  private static final String TRACESTATES = HERE + "tracestates";
  private static final String FLAGS = HERE + "flags";
  private static final String VALID = "00-" + TRACE + "-" + PARENT + "-01";

  /** Header lines, whether the trace goes on, and the {@code tracestate} that goes with it. */
  private record Case(String clause, boolean continued, @Nullable String state, String... lines) {
    @Override
    public String toString() {
      return clause;
    }
  }

  private static Case parent(String clause, boolean continued, String... traceparents) {
    String[] lines =
        Stream.of(traceparents).map(value -> "traceparent: " + value).toArray(String[]::new);
    return new Case("§3.2 " + clause, continued, null, lines);
  }

  private static Case state(String clause, @Nullable String sent, String... tracestates) {
    List<String> lines = new ArrayList<>(List.of("traceparent: " + VALID));
    Stream.of(tracestates).forEach(value -> lines.add("tracestate: " + value));
    return new Case("§3.3 " + clause, true, sent, lines.toArray(String[]::new));
  }

  static Stream<Case> traceparents() {
    String ids = TRACE + "-" + PARENT;
    return Stream.of(
        parent("none", false),
        parent("valid", true, VALID),
        parent("duplicated", false, VALID, VALID.replace(TRACE, TRACE.replace('9', '8'))),
        parent("duplicated, the same", false, VALID, VALID),
        new Case("§3.2.1 name of another header", false, null, "trace-parent: " + VALID),
        parent("version 00, more behind", false, VALID + "-what-the-future-will-be-like"),
        parent("version 00, a dot behind", false, VALID + "."),
        parent("version cc", true, "cc-" + ids + "-01"),
        parent("version cc, more behind", true, "cc-" + ids + "-01-what-the-future-will-be-like"),
        parent("version cc, no dash behind", false, "cc-" + ids + "-01.what-the-future"),
        parent("version ff", false, "ff-" + ids + "-01"),
        parent("version of other characters", false, ".0-" + ids + "-01"),
        parent("version too long", false, "000-" + ids + "-01"),
        parent("version too short", false, "0-" + ids + "-01"),
        parent("trace id of zeros", false, "00-" + "0".repeat(32) + "-" + PARENT + "-01"),
        parent("trace id of other characters", false, VALID.replace("2-1", ".-1")),
        parent("trace id too long", false, "00-" + TRACE + "3-" + PARENT + "-01"),
        parent("trace id too short", false, "00-" + TRACE.substring(1) + "-" + PARENT + "-01"),
        parent("trace id in upper case", false, VALID.replace("9012-", "ABCD-")),
        parent("parent id of zeros", false, "00-" + TRACE + "-" + "0".repeat(16) + "-01"),
        parent("parent id of other characters", false, VALID.replace("6-01", ".-01")),
        parent("parent id too long", false, "00-" + ids + "7-01"),
        parent("parent id too short", false, "00-" + TRACE + "-" + PARENT.substring(1) + "-01"),
        parent("flags of other characters", false, "00-" + ids + "-0."),
        parent("flags too long", false, "00-" + ids + "-001"),
        parent("flags too short", false, "00-" + ids + "-1"));
  }

  static Stream<Case> tracestates() {
    String key = "a" + "0123456789abcdefghijklmnopqrstuvwxyz_-*/@";
    return Stream.of(
        new Case("§3.3 without traceparent", false, null, "tracestate: foo=1"),
        state("none", null),
        state("one line", "foo=1,bar=2", "foo=1,bar=2"),
        state("§3.3.1 several lines, in order", "foo=1,bar=2,baz=3", "foo=1", "bar=2", "baz=3"),
        state("§3.3.1 an empty line", "foo=1", "foo=1", ""),
        state("white space", "foo=1,bar=2,baz=3", "foo=1 \t , \t bar=2, \t baz=3"),
        state("duplicated keys", "foo=1", "foo=1,foo=1"),
        state("all characters of a key", key + "=1", key + "=1"),
        state("Level 2: a key of a digit, and of several @", "0=1,a@b@=2", "0=1,a@b@=2"),
        state("a key of other characters", null, "foo =1"),
        state("a key in upper case", null, "FOO=1"),
        state("a key that begins with @", null, "@foo=1,bar=2"),
        state("32 members", members(32), members(32)),
        state("33 members", null, members(33)),
        state("33 members on two lines", null, members(32), "one=1"),
        state("a key of 256", "z".repeat(256) + "=1", "z".repeat(256) + "=1"),
        state("a key of 257", null, "z".repeat(257) + "=1"),
        state("a value with =", null, "foo=bar=baz"),
        state("an empty value", null, "foo=,bar=3"),
        state("a member without =", null, "foo"));
  }

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "bar" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  static Stream<String> flags() {
    return Stream.of("00 00", "01 01", "02 02", "03 03", "f1 01", "fc 00", "ff 03");
  }

  @Nested
  @ParameterizedClass(name = "{0}")
  @MethodSource("io.waybill.examples.conformance.Kinds#each")
  class Http {
    private static TestService service;

    @Parameter private Kinds kinds;

    @BeforeParameterizedClassInvocation
    static void start(Kinds kinds) throws Exception {
      service = kinds.start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
      service.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({TRACEPARENTS, TRACESTATES})
    void probe(Case expected) throws Exception {
      check(expected, service.get("/probe", expected.lines).json());
    }

    /** §3.2.2.5: random and sampled go on; what nobody knows yet goes out as 0. */
    @ParameterizedTest(name = "{0}")
    @MethodSource(FLAGS)
    void flags_receivedAndSent(String receivedAndSent) throws Exception {
      checkFlags(
          receivedAndSent,
          service.get("/probe", "traceparent: " + received(receivedAndSent)).json());
    }
  }

  @Nested
  class Grpc {
    private static TestService service;

    @BeforeAll
    static void start() throws Exception {
      service = TestService.start();
    }

    @AfterAll
    static void stop() {
      service.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({TRACEPARENTS, TRACESTATES})
    void unary(Case expected) throws Exception {
      List<String[]> headers = new ArrayList<>();
      for (String line : expected.lines) {
        int colon = line.indexOf(": ");
        headers.add(new String[] {line.substring(0, colon), line.substring(colon + 2)});
      }
      check(expected, answer(headers));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(FLAGS)
    void flags_receivedAndSent(String receivedAndSent) throws Exception {
      String[] header = {"traceparent", received(receivedAndSent)};
      checkFlags(receivedAndSent, answer(List.<String[]>of(header)));
    }

    private static JsonObject answer(List<String[]> headers) throws Exception {
      return Json.read(RawGrpc.unary(service.grpc(), headers), JsonObject.class);
    }
  }

  private static String received(String receivedAndSent) {
    return "00-" + TRACE + "-" + PARENT + "-" + receivedAndSent.substring(0, 2);
  }

  private static void checkFlags(String receivedAndSent, JsonObject answer) {
    assertThat(traceparent(answer).substring(53)).isEqualTo(receivedAndSent.substring(3));
  }

  private static void check(Case expected, JsonObject answer) {
    String sent = traceparent(answer);
    assertThat(sent.contains(TRACE)).isEqualTo(expected.continued);
    assertThat(sent.substring(36, 52)).isNotEqualTo(PARENT);
    List<String> states = TestService.outbound(answer, "tracestate");
    assertThat(states).isEqualTo(expected.state == null ? List.of() : List.of(expected.state));
  }

  /** One goes out, whatever came in. */
  private static String traceparent(JsonObject answer) {
    List<String> sent = TestService.outbound(answer, "traceparent");
    assertThat(sent)
        .singleElement()
        .asString()
        .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]");
    return sent.get(0);
  }
}
