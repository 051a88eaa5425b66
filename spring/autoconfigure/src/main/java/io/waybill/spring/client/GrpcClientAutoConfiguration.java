package io.waybill.spring.client;

import io.grpc.ManagedChannelBuilder;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.grpc.client.autoconfigure.GrpcChannelFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.client.ChannelCredentialsProvider;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/** The channels of Spring gRPC, and so its stubs, carry the request. */
@AutoConfiguration(
    after = WaybillAutoConfiguration.class,
    beforeName = "org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration")
@ConditionalOnClass({
  GrpcChannelBuilderCustomizer.class,
  GrpcChannelFactoryCustomizer.class,
  WaybillGrpc.class
})
@ConditionalOnProperty(name = "spring.grpc.client.enabled", matchIfMissing = true)
@ConditionalOnWaybill
public final class GrpcClientAutoConfiguration {
  // Boot's own, whose type may not be there.
  private static final String OBSERVER = "grpcClientObservationInterceptor";

  /** Its interceptor is outermost: the others find no baggage to send. */
  @Bean
  @ConditionalOnMissingBean(name = "waybillChannelCustomizer")
  @Order(Ordered.LOWEST_PRECEDENCE)
  <T extends ManagedChannelBuilder<T>> GrpcChannelBuilderCustomizer<T> waybillChannelCustomizer(
      ListableBeanFactory beans, ObjectProvider<ChannelCredentialsProvider> credentials) {
    ClientWaybill waybill = new ClientWaybill(beans, OBSERVER);
    ChannelSecurity security =
        new ChannelSecurity(
            credentials, beans.getBeanNamesForType(GrpcChannelFactoryCustomizer.class).length > 0);
    return (target, builder) ->
        builder.intercept(new ChannelInterceptor(waybill, security.isEncrypted(target, builder)));
  }
}
