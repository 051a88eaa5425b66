package io.waybill.spring;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.credential.Credential;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The {@link Waybill} of an application, made of its beans and of {@code waybill.*}. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
      "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WaybillProperties.class)
public final class WaybillAutoConfiguration {
  private static final String WRONG =
      "Correct what is named above, in the properties below waybill, in the beans of fields and"
          + " credentials, or in a WaybillBuilderCustomizer.";
  private static final String BESIDE_OTHERS =
      "Leave management.tracing.baggage.enabled false, take baggage out of otel.propagators, and"
          + " have no bean of W3CBaggagePropagator; under the Java agent, give it Waybill's"
          + " propagator. Or take waybill.strict away: identity is then not seen in"
          + " OpenTelemetry's Baggage.";

  @Bean
  @ConditionalOnMissingBean
  Waybill waybill(
      ObjectProvider<OpenTelemetry> openTelemetry,
      WaybillProperties properties,
      ObjectProvider<BaggageField<?>> carried,
      ObjectProvider<LocalField<?>> kept,
      ObjectProvider<Credential<?>> credentials,
      ObjectProvider<WaybillBuilderCustomizer> customizers) {
    try {
      // Under the Java agent alone there is no bean, and the global one is the agent's.
      WaybillBuilder builder =
          Waybill.configured(
              openTelemetry.getIfAvailable(GlobalOpenTelemetry::getOrNoop), properties::text);
      if (properties.strict()) {
        builder.strict();
      }
      if (properties.leakDetection() != null) {
        builder.leakDetection(properties.leakDetection());
      }
      carried.orderedStream().forEach(builder::carry);
      kept.orderedStream().forEach(builder::keep);
      credentials.orderedStream().forEach(builder::credential);
      customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
      return builder.build();
    } catch (IllegalArgumentException wrong) {
      throw new WaybillSetUpException(WRONG, wrong);
    } catch (IllegalStateException besideOthers) {
      throw new WaybillSetUpException(BESIDE_OTHERS, besideOthers);
    }
  }
}
