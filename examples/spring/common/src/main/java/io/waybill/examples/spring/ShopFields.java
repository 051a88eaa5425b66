package io.waybill.examples.spring;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.spring.WaybillBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The fields of the shop's requests, which its services agree on; each imports them. */
@Configuration(proxyBeanMethods = false)
public class ShopFields {
  public static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  public static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());

  @Bean
  WaybillBuilderCustomizer shopFields() {
    return builder -> builder.carry(USER).carry(TENANT);
  }
}
