package io.waybill.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import io.waybill.spring.WaybillAutoConfiguration;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;

/** Where there is a filter, and which. */
class ServletConditionsTest {
  private static final AutoConfigurations OURS =
      AutoConfigurations.of(
          WaybillAutoConfiguration.class,
          ServletAutoConfiguration.class,
          WebFluxAutoConfiguration.class,
          GrpcServerAutoConfiguration.class);
  // Spring Security's chain, and Boot's filter that observes.
  private static final int SECURITY = -100;
  private static final int OBSERVATION = Ordered.HIGHEST_PRECEDENCE + 1;

  private final WebApplicationContextRunner servlets =
      new WebApplicationContextRunner().withConfiguration(OURS);

  private static FilterRegistrationBean<?> filter(
      org.springframework.context.ApplicationContext context) {
    return context.getBean("waybillFilter", FilterRegistrationBean.class);
  }

  @Test
  void filter_isBehindTheObservation_inFrontOfSecurity_forAllThatIsDispatched() {
    servlets.run(
        context -> {
          assertThat(filter(context).getOrder()).isBetween(OBSERVATION + 1, SECURITY - 1);
          assertThat(filter(context).determineDispatcherTypes())
              .isEqualTo(EnumSet.allOf(DispatcherType.class));
          assertThat(filter(context).isAsyncSupported()).isTrue();
          assertThat(context).doesNotHaveBean("waybillWebFilter");
        });
  }

  @Test
  void filter_isWhereThePropertySays() {
    servlets
        .withPropertyValues("waybill.servlet.filter.order=-200")
        .run(context -> assertThat(filter(context).getOrder()).isEqualTo(-200));
  }

  @Test
  void filterOfTheApplication_stays() {
    servlets
        .withBean(
            WaybillFilter.class,
            () ->
                WaybillFilter.of(
                    Waybill.builder(io.opentelemetry.api.OpenTelemetry.noop()).build()))
        .run(context -> assertThat(context).doesNotHaveBean(FilterRegistrationBean.class));
  }

  @Test
  void adapterThatIsMissing_leavesTheRest() {
    servlets
        .withClassLoader(new FilteredClassLoader("io.waybill.http.servlet", "io.waybill.grpc"))
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(Waybill.class)
                    .doesNotHaveBean("waybillFilter")
                    .doesNotHaveBean("waybillServerInterceptor"));
  }

  @Test
  void disabled_hasNone() {
    servlets
        .withPropertyValues("waybill.enabled=false")
        .withBean(
            Waybill.class, () -> Waybill.builder(io.opentelemetry.api.OpenTelemetry.noop()).build())
        .run(context -> assertThat(context).doesNotHaveBean("waybillFilter"));
  }

  @Test
  void reactive_hasItsOwn() {
    new ReactiveWebApplicationContextRunner()
        .withConfiguration(OURS)
        .run(
            context ->
                assertThat(context).hasBean("waybillWebFilter").doesNotHaveBean("waybillFilter"));
  }

  @Test
  void noWeb_hasNoFilter() {
    new ApplicationContextRunner()
        .withConfiguration(OURS)
        .run(
            context ->
                assertThat(context)
                    .hasBean("waybillServerInterceptor")
                    .doesNotHaveBean("waybillWebFilter")
                    .doesNotHaveBean("waybillFilter"));
  }
}
