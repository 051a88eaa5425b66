package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("io.waybill.examples.conformance.Kinds#each")
class ProbeTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01";

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

  @Test
  void probe_baggageAndTrace() throws Exception {
    TestService.Answer answer =
        service.get(
            "/probe",
            TRACEPARENT,
            "tracestate: a=1",
            "baggage: user.id=u-1,tenant.id=ac%20me",
            "baggage: request.id=r-1,color=red;deep");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).containsIgnoringCase("content-type: application/json");
    JsonObject json = answer.json();
    assertThat(json.keySet()).containsExactly("entries", "requestId", "traceId", "outbound", "log");
    assertThat(json.get("entries"))
        .isEqualTo(
            entries("user.id", "u-1", "tenant.id", "ac me", "request.id", "r-1", "color", "red"));
    assertThat(json.get("requestId").getAsString()).isEqualTo("r-1");
    assertThat(json.get("traceId").getAsString()).isEqualTo(TRACE);
    assertThat(TestService.outbound(json, "baggage"))
        .containsExactly("user.id=u-1,tenant.id=ac%20me,request.id=r-1,color=red;deep");
    assertThat(TestService.outbound(json, "x-request-id")).containsExactly("r-1");
    assertThat(TestService.outbound(json, "x-user-id")).containsExactly("u-1");
    assertThat(TestService.outbound(json, "x-tenant-id")).containsExactly("ac me");
    assertThat(TestService.outbound(json, "x-session-id")).isEmpty();
    assertThat(TestService.outbound(json, "traceparent"))
        .singleElement()
        .asString()
        .startsWith("00-" + TRACE + "-")
        .doesNotContain("b7ad6b7169203331");
    assertThat(TestService.outbound(json, "tracestate")).containsExactly("a=1");
    assertThat(json.getAsJsonArray("log"))
        .singleElement()
        .extracting(record -> record.getAsString())
        .isEqualTo("request.id=\"r-1\" user.id=\"u-1\" tenant.id=\"ac me\" session.id=\"\" probe");
  }

  /** 8192 bytes, as W3C Baggage §3.3.2 asks: the servers that it calls take more. */
  @Test
  void probe_fullHeader_losesNothing() throws Exception {
    String members = "request.id=r-1,big=";
    String full = members + "x".repeat(8192 - members.length());

    JsonObject json = service.get("/probe", "baggage: " + full).json();

    assertThat(TestService.outbound(json, "baggage")).containsExactly(full);
  }

  @Test
  void probe_legacyHeadersAreTheFallback() throws Exception {
    JsonObject json =
        service
            .get("/probe", "x-user-id: old", "X-Tenant-Id: old-acme", "baggage: user.id=u-1")
            .json();

    String requestId = json.get("requestId").getAsString();
    assertThat(requestId).isNotEmpty();
    assertThat(json.get("entries"))
        .isEqualTo(entries("user.id", "u-1", "tenant.id", "old-acme", "request.id", requestId));
    assertThat(TestService.outbound(json, "x-user-id")).containsExactly("u-1");
    assertThat(TestService.outbound(json, "baggage"))
        .containsExactly("request.id=" + requestId + ",user.id=u-1,tenant.id=old-acme");
  }

  @Test
  void probe_untrustedCallersAssertNothing() throws Exception {
    try (TestService believesNobody = kinds.start("--trust", "public")) {
      JsonObject json =
          believesNobody
              .get(
                  "/probe",
                  TRACEPARENT,
                  "baggage: user.id=u-1,request.id=r-1,color=red",
                  "x-user-id: u-1",
                  "x-request-id: r-1")
              .json();

      String requestId = json.get("requestId").getAsString();
      assertThat(requestId).isNotEqualTo("r-1");
      assertThat(json.get("entries")).isEqualTo(entries("request.id", requestId));
      assertThat(json.get("traceId").getAsString()).isEqualTo(TRACE);
      assertThat(TestService.outbound(json, "baggage")).containsExactly("request.id=" + requestId);
      assertThat(TestService.outbound(json, "x-user-id")).isEmpty();
    }
  }

  @Test
  void probe_otherFields() throws Exception {
    try (TestService named = kinds.start("--fields", "user.id,'o%g")) {
      JsonObject json = named.get("/probe", "baggage: 'o%g=o-1", "x-user-id: u-1").json();

      String requestId = json.get("requestId").getAsString();
      assertThat(json.get("entries"))
          .isEqualTo(entries("user.id", "u-1", "'o%g", "o-1", "request.id", requestId));
      assertThat(json.getAsJsonArray("log"))
          .singleElement()
          .extracting(record -> record.getAsString())
          .isEqualTo("user.id=\"u-1\" 'o%g=\"o-1\" probe");
      assertThat(TestService.outbound(json, "x-request-id")).isEmpty();
    }
  }

  @Test
  void probe_nextOfOwnZoneGetsIdentityAndOthersDoNot() throws Exception {
    try (TestService next = kinds.start();
        TestService first = kinds.start("--own", "127.0.0.1:1", "--own", next.http())) {
      String target = "/probe?url=http://" + next.http() + "/probe";
      JsonObject own = first.get(target, TRACEPARENT, "baggage: user.id=u-1,color=red").json();
      JsonObject stranger = service.get(target, TRACEPARENT, "baggage: user.id=u-1").json();

      assertThat(own.getAsJsonArray("outbound")).isEmpty();
      assertThat(own.getAsJsonObject("next").get("entries")).isEqualTo(own.get("entries"));
      assertThat(own.getAsJsonObject("next").get("traceId").getAsString()).isEqualTo(TRACE);
      assertThat(stranger.getAsJsonObject("next").getAsJsonObject("entries").keySet())
          .containsExactly("request.id");
      assertThat(stranger.getAsJsonObject("next").get("requestId"))
          .isNotEqualTo(stranger.get("requestId"));
      assertThat(stranger.getAsJsonObject("next").get("traceId").getAsString()).isEqualTo(TRACE);
    }
  }

  @Test
  void probe_nextThatIsNoJsonIsText() throws Exception {
    JsonObject json = service.get("/probe?url=http://" + service.http() + "/none").json();

    assertThat(json.getAsJsonPrimitive("next").isString()).isTrue();
  }

  @Test
  void probe_urlThatIsNone() throws Exception {
    assertThat(service.get("/probe?url=ftp://127.0.0.1/").status()).isEqualTo(400);
    assertThat(service.get("/probe?url=%20").status()).isEqualTo(400);
    assertThat(service.get("/probe?url=").json().has("error")).isTrue();
  }

  @Test
  void probe_nobodyAnswersAtUrl() throws Exception {
    try (Socket deaf = TestService.deafPort()) {
      TestService.Answer answer =
          service.get("/probe?url=http://" + Loopback.at(deaf.getLocalPort()) + "/");

      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.json().get("error").getAsString()).endsWith("ConnectException");
    }
  }

  private static JsonObject entries(String... keysAndValues) {
    JsonObject entries = new JsonObject();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.addProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    return entries;
  }
}
