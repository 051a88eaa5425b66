package io.waybill.examples.spring.billing;

import io.waybill.examples.spring.ShopFields;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.client.WebClient;

/** The billing of the shop. */
@SpringBootApplication
@Import(ShopFields.class)
public class BillingApplication {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(BillingApplication.class, arguments);
  }

  @Bean
  WebClient partner(WebClient.Builder builder, @Value("${shop.partner}") String partner) {
    return builder.baseUrl(partner).build();
  }
}
