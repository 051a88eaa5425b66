package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers say that another token may help. */
class RejectionTest {

  @Test
  void http_withoutAChallenge() {
    assertThat(Rejection.http(401, List.of()).isOfToken()).isTrue();
    assertThat(Rejection.http(401, List.of("", " , ")).isOfToken()).isTrue();
    assertThat(Rejection.http(403, List.of()).isOfToken()).isFalse();
    assertThat(Rejection.http(407, List.of("Bearer")).isOfToken()).isFalse();
    assertThat(Rejection.http(16, List.of()).isOfToken()).isFalse();
  }

  @Test
  void grpc_unauthenticatedOnly() {
    assertThat(Rejection.grpc(16).isOfToken()).isTrue();
    assertThat(Rejection.grpc(7).isOfToken()).isFalse();
    assertThat(Rejection.grpc(401).isOfToken()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "bearer",
        "BEARER realm=\"x\"",
        "Bearer realm=\"x\", error=\"invalid_token\"",
        "Bearer error=invalid_token",
        "Bearer error = \"invalid_token\" , error_description=\"a, Basic b\"",
        "Bearer realm=\"a \\\" error=insufficient_scope\"",
        "Basic realm=\"x\", Bearer",
        "Negotiate YWJj==, Bearer realm=\"y\"",
        "Bearer error=\"insufficient_scope\", Bearer",
        "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Bearer realm=\"z\"",
        ", , Bearer",
        "Bearer realm=\"not closed"
      })
  void bearer_thatLetsRenew(String challenge) {
    assertThat(Rejection.http(401, List.of(challenge)).isOfToken()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic realm=\"x\"",
        "Negotiate",
        "Negotiate Bearer",
        "DPoP error=\"invalid_token\"",
        "Bearer error=\"insufficient_scope\"",
        "Bearer realm=\"x\",error=insufficient_scope, scope=\"a b\"",
        "Bearer ERROR=\"invalid_request\"",
        "Bearer error=\"\"",
        "Basic realm=\"Bearer\"",
        "Basic realm=\"x, Bearer\"",
        "Bearertoken",
        "=",
        "\"Bearer\"",
        "@"
      })
  void others(String challenge) {
    assertThat(Rejection.http(401, List.of(challenge)).isOfToken()).isFalse();
  }

  @Test
  void challenges_ofSeveralLines() {
    assertThat(Rejection.http(401, List.of("Basic realm=x", "Bearer")).isOfToken()).isTrue();
    assertThat(Rejection.http(401, Collections.nCopies(10_000, "Bearer")).isOfToken()).isFalse();
  }

  @Test
  void toString_hasNoText() {
    assertThat(Rejection.http(401, List.of("Bearer realm=s3cret"))).hasToString("HTTP 401");
  }
}
