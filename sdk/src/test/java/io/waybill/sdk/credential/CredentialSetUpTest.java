package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What set-up refuses, with what it expected. */
class CredentialSetUpTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");
  private static final Credential<String> BEARER = Credential.bearer(TOKEN, token -> token);

  private final WaybillBuilder builder = Waybill.builder(OpenTelemetry.noop()).keep(TOKEN);

  @Test
  void field_isSecretAndKept() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Credential.bearer(LocalField.<String>named("open"), token -> token))
        .withMessageContaining("LocalField.secret(\"open\")");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Waybill.builder(OpenTelemetry.noop()).credential(BEARER.to("https://a.example")))
        .withMessageContaining("keep(field)");
  }

  @Test
  void destinations_areNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.credential(BEARER))
        .withMessageContaining("to(\"https://");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BEARER.to("api.example"))
        .withMessageContaining("api.example");
  }

  @Test
  void destinations_areNotReadableByAnybody() {
    for (String plain : new String[] {"http://a.example", "grpc://*.a.example:80"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.credential(BEARER.to("https://a.example", plain)))
          .withMessageContaining(plain)
          .withMessageContaining("plaintext()");
      assertThatNoException().isThrownBy(() -> builder.credential(BEARER.to(plain).plaintext()));
    }
  }

  @Test
  void header_isOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Credential.header("x api key", TOKEN, token -> token))
        .withMessageContaining("x api key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Credential.header("baggage", TOKEN, token -> token))
        .withMessageContaining("baggage");
  }

  @Test
  void numbers_areNotNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> BEARER.replayLimit(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> BEARER.grace(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> BEARER.timeout(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BEARER.expires(token -> Instant.MAX, Duration.ofNanos(-1)));
  }

  /** As people write "for ever". */
  @Test
  void durations_mayBeEndless() throws Exception {
    Duration forEver = ChronoUnit.FOREVER.getDuration();
    LocalField<String> token = LocalField.secret("token");
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .keep(token)
            .credential(
                Credential.bearer(token, (String held) -> held)
                    .to("https://api.example")
                    .renew(held -> "fresh")
                    .expires(held -> Instant.MAX, forEver)
                    .timeout(forEver)
                    .grace(forEver))
            .build();
    Destination api = Destination.of(URI.create("https://api.example"));
    String renewed =
        waybill
            .request()
            .call(
                () -> {
                  RequestScope.current().set(token, "old");
                  Authorization call = waybill.authorization(Context.current());
                  call.attach(api, "", (none, name) -> false, (none, name, value) -> {});
                  call.due(api, name -> false, forEver, Span.getInvalid());
                  call.rejected(Rejection.http(401, List.of()), true, forEver, Span.getInvalid())
                      .get(30, TimeUnit.SECONDS);
                  return RequestScope.current().get(token);
                });

    assertThat(renewed).isEqualTo("fresh");
  }
}
