package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The bean out of beans and properties. */
@ExtendWith(OutputCaptureExtension.class)
class WaybillAutoConfigurationTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(WaybillAutoConfiguration.class));

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    LocalField<String> token() {
      return TOKEN;
    }

    @Bean
    Credential<String> credential() {
      return Credential.bearer(TOKEN, token -> token).to("https://api.shop.internal");
    }

    @Bean
    WaybillBuilderCustomizer plans() {
      return builder ->
          builder.carry(PLAN, rule -> rule.admitFrom(TrustZone.PUBLIC).lowCardinality(8));
    }
  }

  @Test
  void nothing_isEnough() {
    runner.run(
        context ->
            assertThat(context.getBean(Waybill.class).fields().keySet())
                .extracting(BaggageField::name)
                .containsExactly("request.id"));
    assertThat(GlobalOpenTelemetry.isSet()).isFalse();
  }

  @Test
  void beansAndNames_areDeclared() {
    runner
        .withUserConfiguration(Beans.class)
        .withPropertyValues(
            "waybill.identities=tenant.id",
            "waybill.attributes=locale",
            "waybill.fields.[user.id].alias=x-user",
            "waybill.fields.[user.id].show=hashed")
        .run(
            context -> {
              Waybill waybill = context.getBean(Waybill.class);
              assertThat(waybill.fields().keySet())
                  .extracting(BaggageField::name)
                  .containsExactlyInAnyOrder(
                      "request.id", "tenant.id", "user.id", "locale", "plan");
              assertThat(waybill.fields().get(USER).alias()).isEqualTo("x-user");
              assertThat(waybill.fields().get(USER).shown()).isEqualTo(Shown.HASHED);
              assertThat(waybill.fields().get(PLAN).metricValues()).isEqualTo(8);
              waybill.request().run(() -> io.waybill.RequestScope.current().set(TOKEN, "t"));
            });
  }

  @Test
  void destinationsAndLimits_areThoseOfProperties() {
    runner
        .withPropertyValues(
            "waybill.identities=user.id",
            "waybill.destinations[0].url=grpcs://*.shop.internal:8443",
            "waybill.destinations[0].zone=own",
            "waybill.destinations[1].url=https://api.partner.example",
            "waybill.destinations[1].zone=PARTNER",
            "waybill.destinations[1].fields=user.id",
            "waybill.destinations[2].url=https://ads.example",
            "waybill.destinations[2].zone=untraced",
            "waybill.limits.members=32",
            "waybill.limits.http-head-bytes=16384")
        .run(
            context -> {
              Waybill waybill = context.getBean(Waybill.class);
              assertThat(waybill.destinations())
                  .extracting(
                      one -> one.pattern(),
                      one -> one.zone(),
                      one -> one.traced(),
                      one -> one.fields())
                  .asString()
                  .contains("\"grpcs://*.shop.internal:8443\", OWN, true")
                  .contains("\"https://api.partner.example:443\", PARTNER, true, [\"user.id\"]")
                  .contains("\"https://ads.example:443\", PUBLIC, false");
              assertThat(waybill.limits().members()).isEqualTo(32);
              assertThat(waybill.limits().httpHeadBytes()).isEqualTo(16384);
            });
  }

  @Test
  void disabled_hasNoWaybill() {
    runner
        .withPropertyValues("waybill.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(Waybill.class));
  }

  @Test
  void waybillOfTheApplication_stays() {
    Waybill own = Waybill.builder(OpenTelemetry.noop()).build();
    runner
        .withBean(Waybill.class, () -> own)
        .run(context -> assertThat(context.getBean(Waybill.class)).isSameAs(own));
  }

  @Test
  void strict_refusesWhateverElseSendsBaggage() {
    OpenTelemetry plain =
        OpenTelemetry.propagating(ContextPropagators.create(W3CBaggagePropagator.getInstance()));
    runner
        .withBean(OpenTelemetry.class, () -> plain)
        .withPropertyValues("waybill.strict=true")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("strict: a plain baggage propagator is there"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "waybill.destinations[0].url=api | waybill.destinations: api: no zone (expected:",
        "waybill.destinations[0].zone=own | waybill.destinations: no url (expected:",
        "waybill.peers[0].zone=own | waybill.peers: name null, listener null (expected: one of",
        "waybill.identities=authorization | waybill.identities: \"authorization\"",
        "waybill.limits.members=-1 | waybill.limits.members: \"-1\"",
        "waybill.fields.[usr.id].show=hidden | waybill.fields: \"usr.id\" (expected: a field that",
        "waybill.tracing.fields=usr.id | waybill.tracing.fields: \"usr.id\" (expected: a field that"
      })
  void wrong_isToldWithWhatToWrite(String property, String told, CapturedOutput output) {
    SpringApplicationBuilder application =
        new SpringApplicationBuilder(WaybillAutoConfiguration.class)
            .web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off", property);
    org.assertj.core.api.Assertions.assertThatException().isThrownBy(application::run);

    assertThat(output)
        .contains(
            "APPLICATION FAILED TO START", "Waybill can't be set up: " + told, "Correct what");
    assertThat(output).doesNotContain("\tat ");
  }

  @Test
  void misspelled_isRefused() {
    runner
        .withPropertyValues("waybill.destination[0].url=https://api.partner.example")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasRootCauseInstanceOf(UnboundConfigurationPropertiesException.class));
  }

  @Test
  void metadata_describesEachProperty() throws Exception {
    String metadata =
        new String(
            WaybillProperties.class
                .getResourceAsStream("/META-INF/spring-configuration-metadata.json")
                .readAllBytes(),
            java.nio.charset.StandardCharsets.UTF_8);
    for (String name :
        new String[] {
          "waybill.enabled", "waybill.strict", "waybill.peers", "waybill.destinations",
          "waybill.fields", "waybill.identities", "waybill.attributes", "waybill.limits.members",
          "waybill.logging.fields", "waybill.tracing.fields", "waybill.servlet.filter.order"
        }) {
      assertThat(metadata).contains("\"name\": \"" + name + "\"");
    }
  }
}
