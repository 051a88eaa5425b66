package io.waybill.examples.spring.orders;

import io.waybill.examples.spring.ShopFields;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.client.RestClient;

/** The orders of the shop. */
@SpringBootApplication
@Import(ShopFields.class)
@EnableAsync
public class OrdersApplication {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(OrdersApplication.class, arguments);
  }

  @Bean
  RestClient billing(RestClient.Builder builder, @Value("${shop.billing}") String billing) {
    return builder.baseUrl(billing).build();
  }
}
