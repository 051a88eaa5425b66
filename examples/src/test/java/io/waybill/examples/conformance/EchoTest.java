package io.waybill.examples.conformance;

import static io.waybill.examples.conformance.TestService.metadata;
import static io.waybill.examples.conformance.TestService.outbound;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.waybill.examples.conformance.EchoCalls.Outcome;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EchoTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private static TestService service;

  @BeforeAll
  static void start() throws Exception {
    service = TestService.start();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Metadata identity() {
    return metadata(
        "traceparent",
        TRACEPARENT,
        "baggage",
        "user.id=u-1,request.id=r-1,color=red",
        "baggage",
        "tenant.id=acme",
        "x-session-id",
        "s-1");
  }

  private static int answers(Kind kind) {
    return switch (kind) {
      case UNARY, CLIENT_STREAM -> 1;
      case SERVER_STREAM -> 3;
      case BIDI -> 2;
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void echo_eachAnswerIsAProbe(Kind kind) throws Exception {
    Outcome outcome = EchoCalls.call(kind, service.echo(identity()), "", "");

    assertThat(outcome.code()).isEqualTo(Code.OK);
    assertThat(outcome.texts()).hasSize(answers(kind));
    for (JsonObject json : outcome.jsons()) {
      assertThat(json.getAsJsonObject("entries").keySet())
          .containsExactlyInAnyOrder("request.id", "user.id", "tenant.id", "session.id", "color");
      assertThat(json.get("requestId").getAsString()).isEqualTo("r-1");
      assertThat(json.get("traceId").getAsString()).isEqualTo(TRACE);
      assertThat(outbound(json, "baggage"))
          .containsExactly("request.id=r-1,user.id=u-1,tenant.id=acme,session.id=s-1,color=red");
      assertThat(outbound(json, "x-user-id")).containsExactly("u-1");
      assertThat(outbound(json, "traceparent")).singleElement().asString().contains(TRACE);
      assertThat(json.getAsJsonArray("log"))
          .singleElement()
          .extracting(record -> record.getAsString())
          .isEqualTo(
              "request.id=\"r-1\" user.id=\"u-1\" tenant.id=\"acme\" session.id=\"s-1\" probe");
      assertThat(json.has("next")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void echo_untrustedCallersAssertNothing(Kind kind) throws Exception {
    try (TestService believesNobody = TestService.start("--trust", "public")) {
      Outcome outcome = EchoCalls.call(kind, believesNobody.echo(identity()), "");

      for (JsonObject json : outcome.jsons()) {
        assertThat(json.getAsJsonObject("entries").keySet()).containsExactly("request.id");
        assertThat(json.get("requestId").getAsString()).isNotEqualTo("r-1");
        assertThat(outbound(json, "x-user-id")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void echo_failEndsWithThatStatus(Kind kind) throws Exception {
    Outcome outcome = EchoCalls.call(kind, service.echo(identity()), "fail:NOT_FOUND");

    assertThat(outcome).isEqualTo(new Outcome(List.of(), Code.NOT_FOUND));
  }

  @Test
  void echo_failAfterAnswers() throws Exception {
    Outcome outcome =
        EchoCalls.call(Kind.BIDI, service.echo(identity()), "", "fail:ABORTED", "", "");

    assertThat(outcome.texts()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(Code.ABORTED);
  }

  @Test
  void echo_textThatAsksForTheImpossible() throws Exception {
    assertThat(EchoCalls.call(Kind.UNARY, service.echo(identity()), "fail:NEVER").code())
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(EchoCalls.call(Kind.UNARY, service.echo(identity()), "next:").code())
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void echo_nextOfOwnZoneGetsIdentityAndOthersDoNot(Kind kind) throws Exception {
    try (TestService next = TestService.start();
        TestService first = TestService.start("--own", next.grpc())) {
      String text = "next:" + next.grpc();
      JsonObject own = EchoCalls.call(kind, first.echo(identity()), text).jsons().get(0);
      JsonObject stranger = EchoCalls.call(kind, service.echo(identity()), text).jsons().get(0);

      assertThat(own.getAsJsonArray("outbound")).isEmpty();
      assertThat(own.getAsJsonObject("next").get("entries")).isEqualTo(own.get("entries"));
      assertThat(own.getAsJsonObject("next").get("traceId").getAsString()).isEqualTo(TRACE);
      assertThat(stranger.getAsJsonObject("next").getAsJsonObject("entries").keySet())
          .containsExactly("request.id");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void echo_nextFailsWithItsStatus(Kind kind) throws Exception {
    try (Socket deaf = TestService.deafPort()) {
      String text = "next:" + Loopback.at(deaf.getLocalPort());

      assertThat(EchoCalls.call(kind, service.echo(identity()), text))
          .isEqualTo(new Outcome(List.of(), Code.UNAVAILABLE));
    }
  }
}
