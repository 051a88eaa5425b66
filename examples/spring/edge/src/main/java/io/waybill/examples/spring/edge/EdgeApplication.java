package io.waybill.examples.spring.edge;

import io.waybill.examples.spring.ShopFields;
import io.waybill.examples.spring.proto.OrdersGrpc.OrdersBlockingStub;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.client.ImportGrpcClients;
import org.springframework.web.client.RestClient;
import org.springframework.web.service.registry.ImportHttpServices;

/** The edge of the shop. */
@SpringBootApplication
@Import(ShopFields.class)
@ImportGrpcClients(target = "orders", types = OrdersBlockingStub.class)
@ImportHttpServices(group = "billing", types = Billing.class)
public class EdgeApplication {
  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(EdgeApplication.class, arguments);
  }

  @Bean
  RestClient partner(RestClient.Builder builder, Shop shop) {
    return builder.baseUrl(shop.partner()).build();
  }
}
