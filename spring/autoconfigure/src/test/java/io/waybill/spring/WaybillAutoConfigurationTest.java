package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The bean out of beans and properties. */
class WaybillAutoConfigurationTest {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(WaybillAutoConfiguration.class));

  @Configuration(proxyBeanMethods = false)
  static class Fields {
    @Bean
    BaggageField<String> user() {
      return USER;
    }
  }

  @Test
  void waybill_isMadeOfNothing() {
    runner.run(context -> assertThat(context).hasSingleBean(Waybill.class));
  }

  @Test
  void waybill_carriesBeansAndNames() {
    runner
        .withUserConfiguration(Fields.class)
        .withPropertyValues(
            "waybill.identities=tenant.id",
            "waybill.fields.[user.id].alias=x-user",
            "waybill.destinations[0].url=https://api.partner.example",
            "waybill.destinations[0].zone=partner",
            "waybill.destinations[0].fields=user.id")
        .run(
            context ->
                assertThat(context.getBean(Waybill.class).fields().entrySet())
                    .anyMatch(
                        field ->
                            field.getKey() == USER && "x-user".equals(field.getValue().alias()))
                    .anyMatch(field -> field.getKey().name().equals("tenant.id")));
  }

  @Test
  void waybill_isOff() {
    runner
        .withPropertyValues("waybill.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(Waybill.class));
  }
}
