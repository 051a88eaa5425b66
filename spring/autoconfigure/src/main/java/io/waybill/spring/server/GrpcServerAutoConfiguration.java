package io.waybill.spring.server;

import io.grpc.ServerInterceptor;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.ObservedSpans;
import io.waybill.spring.WaybillAutoConfiguration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;

/** The interceptor of Spring gRPC's servers, behind the one that observes. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnClass({GlobalServerInterceptor.class, WaybillGrpc.class})
@ConditionalOnWaybill
public final class GrpcServerAutoConfiguration {
  // Boot's, which observes, has 0.
  private static final int ORDER = 1;
  private static final String OBSERVER = "grpcServerObservationInterceptor";

  @Bean
  @GlobalServerInterceptor
  @Order(ORDER)
  @ConditionalOnMissingBean(name = "waybillServerInterceptor")
  ServerInterceptor waybillServerInterceptor(Waybill waybill, ListableBeanFactory beans) {
    return WaybillGrpc.server(ObservedSpans.of(waybill, beans, OBSERVER));
  }
}
