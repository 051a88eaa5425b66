package io.waybill.examples.conformance;

import static io.waybill.examples.conformance.TestService.metadata;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.grpc.Metadata;
import io.grpc.Status;
import io.waybill.examples.conformance.EchoCalls.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No header, log line or entry comes out that nobody put in. */
class HostileHeadersTest {
  /** What a request sends, and what its transport and its trace add. */
  private static final Set<String> HEADERS =
      Set.of(
          "baggage",
          "traceparent",
          "tracestate",
          "x-request-id",
          "x-user-id",
          "x-tenant-id",
          "x-session-id",
          "accept",
          "accept-encoding",
          "connection",
          "content-length",
          "content-type",
          "host",
          "user-agent",
          "grpc-accept-encoding",
          "grpc-timeout",
          "te");

  private static final String VALUES = "io.waybill.examples.conformance.HostileHeadersTest#values";

  private static final Set<String> KEYS =
      Set.of("request.id", "user.id", "tenant.id", "session.id", "color");

  private static final String RECORD =
      "request\\.id=\"[^\"]*\" user\\.id=\"[^\"]*\" tenant\\.id=\"[^\"]*\" session\\.id=\"[^\"]*\""
          + " probe";

  /** What a server may refuse, and some do: RFC 9110 §5.5, and RFC 9112 §2.2 of a single LF. */
  private static final Set<String> NO_FIELD_VALUES =
      Set.of("LF", "CR", "CR LF and a space", "NUL", "tab and escape");

  /** Raw values of a header; {@code %} sequences are decoded where the header is baggage. */
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("CR LF, encoded", "a%0d%0ax-admin:%20true%0d%0a%0d%0aGET%20/"),
        Arguments.of("CR LF", "a\r\nx-admin: true"),
        Arguments.of("LF", "a\nx-admin: true"),
        Arguments.of("CR", "a\rx-admin: true"),
        Arguments.of("CR LF and a space", "a\r\n x-admin: true"),
        Arguments.of("NUL, encoded", "a%00x-admin"),
        Arguments.of("NUL", "a\0x-admin"),
        Arguments.of("tab and escape", "a\tb\u001b[2Jc"),
        Arguments.of("escape and delete, encoded", "a%1b%5b2J%7f%08"),
        Arguments.of("NEL and C1, encoded", "a%c2%85b%c2%9b"),
        Arguments.of("NEL and C1", "a\u0085b\u009b"),
        Arguments.of("line and paragraph separators", "a%e2%80%a8x-admin%e2%80%a9"),
        Arguments.of("direction", "a%e2%80%aeb%e2%81%a6"),
        Arguments.of("formats", "%n %s %d {} ${jndi:ldap://127.0.0.1:1/x} %X{user.id} $1 \\n"),
        Arguments.of("formats, encoded", "%25n%25s%20%7b%7d%20$%7bjndi:x%7d%25X%7buser.id%7d$1"),
        Arguments.of("ends its quotes", "a%22%20tenant.id=%22evil%22%20probe"),
        Arguments.of("quotes", "\"a\" tenant.id=\"evil\" 'x' \\"),
        Arguments.of("ends its JSON", "a%22%7d,%22admin%22:%22true"),
        Arguments.of("not UTF-8", "a%ff%fe%c0%80%ed%a0%80"),
        Arguments.of("not ASCII", "a\u00e9\u00ff"),
        Arguments.of("comma, encoded", "a%2cadmin=true%3bx"),
        Arguments.of("broken escapes", "a%,%4,%zz,%"),
        Arguments.of("nothing", ""),
        Arguments.of("white space", " \t "));
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
    @MethodSource(VALUES)
    void hostileValue(String name, String value) throws Exception {
      for (String header : headers(value)) {
        assertThat(judge(service.get("/probe", header)) == null && !NO_FIELD_VALUES.contains(name))
            .as("refused: " + header)
            .isFalse();
      }
      judge(service.get("/probe", headers(value).toArray(String[]::new)));

      assertThat(service.get("/probe").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 40_000, 100_000})
    void hugeValue(int length) throws Exception {
      for (String header : headers("x".repeat(length))) {
        judge(service.get("/probe", header));
      }

      assertThat(service.get("/probe").status()).isEqualTo(200);
    }

    @Test
    void valueIsKeptAndShownEscaped() throws Exception {
      assertKeptAndEscaped(
          judge(
              service.get(
                  "/probe",
                  "baggage: user.id=a%0d%0ax-admin:%20true%22%e2%80%a8",
                  "baggage: request.id=r-1,color=%00%25n",
                  "x-tenant-id: %n {} ${jndi:x} $1 \" \\u000a")));
    }

    @Test
    void keysThatAreNone() throws Exception {
      JsonObject json =
          judge(
              service.get(
                  "/probe",
                  "baggage: user.id%0d%0aadmin=1,ad\"min=1,a b=1,user.id\t=u-1,=1,admin,é=1",
                  "bag\u0000gage: admin=1",
                  "baggage : admin=1"));

      // Each server refuses the last two lines, and the request with them.
      assertThat(json).isNull();
      json = judge(service.get("/probe", "baggage: ad\"min=1,a b=1,user.id\t=u-1,=1,admin"));
      assertThat(json.getAsJsonObject("entries").get("user.id").getAsString()).isEqualTo("u-1");
    }

    @Test
    void manyLines() throws Exception {
      JsonObject json = judge(service.get("/probe", lines(150)));

      JsonObject entries = json.getAsJsonObject("entries");
      assertThat(entries.get("color").getAsString()).isEqualTo("c-149");
      assertThat(entries.has("user.id")).as("it is disputed").isFalse();
    }

    /** More than some servers take. */
    @Test
    void tooManyLines() throws Exception {
      judge(service.get("/probe", lines(1_000)));

      assertThat(service.get("/probe").status()).isEqualTo(200);
    }

    private static String[] lines(int count) {
      return IntStream.range(0, count)
          .mapToObj(i -> "baggage: user.id=u-" + i + ",color=c-" + i)
          .toArray(String[]::new);
    }

    @Test
    void twoTraceparents() throws Exception {
      String line = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

      JsonObject json = judge(service.get("/probe", line, line.replace("0af", "0bf")));

      assertThat(TestService.outbound(json, "traceparent"))
          .singleElement()
          .asString()
          .doesNotContain("af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
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
    @MethodSource(VALUES)
    void hostileValue(String name, String value) throws Exception {
      List<String[]> all = new ArrayList<>();
      for (String header : headers(value)) {
        int colon = header.indexOf(": ");
        String[] nameAndValue = {header.substring(0, colon), header.substring(colon + 2)};
        all.add(nameAndValue);
        judge(RawGrpc.unary(service.grpc(), List.<String[]>of(nameAndValue)));
      }
      judge(RawGrpc.unary(service.grpc(), all));

      Outcome after = EchoCalls.call(Kind.UNARY, service.echo(new Metadata()), "");
      assertThat(after.code()).isEqualTo(Status.Code.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 40_000, 100_000})
    void hugeValue(int length) throws Exception {
      Outcome outcome =
          EchoCalls.call(
              Kind.UNARY, service.echo(metadata("baggage", "color=" + "x".repeat(length))), "");
      outcome.jsons().forEach(HostileHeadersTest::judge);

      Outcome after = EchoCalls.call(Kind.UNARY, service.echo(new Metadata()), "");
      assertThat(after.code()).isEqualTo(Status.Code.OK);
    }

    @Test
    void valueIsKeptAndShownEscaped() throws Exception {
      Metadata headers =
          metadata(
              "baggage", "user.id=a%0d%0ax-admin:%20true%22%e2%80%a8",
              "baggage", "request.id=r-1,color=%00%25n",
              "x-tenant-id", "%n {} ${jndi:x} $1 \" \\u000a");
      Outcome outcome = EchoCalls.call(Kind.UNARY, service.echo(headers), "");

      assertKeptAndEscaped(outcome.jsons().get(0));
    }
  }

  private static List<String> headers(String value) {
    return List.of(
        "baggage: user.id=" + value,
        "baggage: color=" + value,
        "baggage: color=red;" + value,
        "baggage: user.id=u;p=" + value,
        "baggage: request.id=" + value,
        "x-user-id: " + value,
        "x-request-id: " + value,
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" + value,
        "tracestate: a=" + value,
        "user-agent: " + value,
        "x-other: " + value);
  }

  private static void assertKeptAndEscaped(JsonObject json) {
    judge(json);
    JsonObject entries = json.getAsJsonObject("entries");
    assertThat(entries.get("user.id").getAsString()).isEqualTo("a\r\nx-admin: true\"\u2028");
    assertThat(entries.get("tenant.id").getAsString()).isEqualTo("%n {} ${jndi:x} $1 \" \\u000a");
    assertThat(entries.get("color").getAsString()).isEqualTo("\0%n");
    assertThat(TestService.outbound(json, "baggage"))
        .containsExactly(
            "request.id=r-1,user.id=a%0d%0ax-admin:%20true%22%e2%80%a8,"
                + "tenant.id=%25n%20{}%20${jndi:x}%20$1%20%22%20%5Cu000a,color=%00%25n");
    assertThat(TestService.outbound(json, "x-user-id")).isEmpty();
    assertThat(TestService.outbound(json, "x-tenant-id"))
        .containsExactly("%n {} ${jndi:x} $1 \" \\u000a");
    assertThat(json.getAsJsonArray("log").get(0).getAsString())
        .isEqualTo(
            "request.id=\"r-1\" user.id=\"a\\u000d\\u000ax-admin: true\\u0022\\u2028\""
                + " tenant.id=\"%n {} ${jndi:x} $1 \\u0022 \\u005cu000a\" session.id=\"\" probe");
  }

  /** Returns the JSON of the answer, or null if the container refused the request. */
  private static JsonObject judge(TestService.Answer answer) {
    if (answer.status() == 400 || answer.status() == 431) {
      return null;
    }
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).doesNotContainPattern("(?im)^(x-)?admin");
    judge(answer.json());
    return answer.json();
  }

  private static void judge(@Nullable String text) {
    if (text != null) {
      judge(Json.read(text, JsonObject.class));
    }
  }

  private static void judge(JsonObject json) {
    List<String> sent = new ArrayList<>();
    for (JsonElement line : json.getAsJsonArray("outbound")) {
      sent.add(line.getAsJsonArray().get(0).getAsString().toLowerCase(Locale.ROOT));
      assertThat(line.getAsJsonArray().get(1).getAsString()).matches("[ -~]*");
    }
    assertThat(HEADERS).containsAll(sent);
    assertThat(sent).doesNotHaveDuplicates();
    assertThat(KEYS).containsAll(json.getAsJsonObject("entries").keySet());
    assertThat(json.getAsJsonArray("log")).hasSize(1);
    assertThat(json.getAsJsonArray("log").get(0).getAsString())
        .matches(RECORD)
        .doesNotContainPattern("[\\p{Cntrl}\\x{85}\\p{Zl}\\p{Zp}]");
  }
}
