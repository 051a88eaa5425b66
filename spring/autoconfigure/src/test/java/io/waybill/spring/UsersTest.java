package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.testing.spring.NoOpenRequests;
import io.waybill.testing.spring.WithRequest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.WebApplicationContext;

/** Tests as an application has them, with {@code waybill-testing}. */
@SpringBootTest(
    classes = UsersTest.Shop.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.autoconfigure.exclude=org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
      "management.otlp.metrics.export.enabled=false"
    })
@NoOpenRequests
@WithRequest("tenant.id=7")
class UsersTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<Long> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.int64());

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Shop {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    BaggageField<Long> tenant() {
      return TENANT;
    }

    @Bean
    Quotes quotes() {
      return new Quotes();
    }
  }

  @RestController
  static class Quotes {
    @GetMapping("/quote")
    String quote() {
      return "for " + RequestScope.current().get(USER);
    }

    @GetMapping("/later")
    CompletableFuture<String> later() {
      return CompletableFuture.supplyAsync(() -> "later");
    }
  }

  @Autowired private Quotes quotes;
  @Autowired private Waybill waybill;
  @Autowired private WebApplicationContext application;
  @Autowired private Environment environment;

  @Test
  @WithRequest({"user.id=u-17", "tenant.id=8"})
  void quote_isForTheUser() {
    assertThat(quotes.quote()).isEqualTo("for u-17");
  }

  @Test
  @WithRequest("tenant.id=8")
  void method_winsOverItsClass() {
    assertThat(RequestScope.current().get(TENANT)).isEqualTo(8);
  }

  @Test
  void method_isInTheRequestOfItsClass() {
    assertThat(RequestScope.current().get(TENANT)).isEqualTo(7);
    assertThat(RequestScope.current().get(USER)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @WithRequest("user.id=a=b")
  void template_isInItsRequest(int run) {
    assertThat(RequestScope.current().get(USER)).isEqualTo("a=b");
  }

  @Test
  @WithRequest("user.id=u-17")
  void mockMvc_hasRequestOfItsOwn() throws Exception {
    MockMvc mvc = mvc();
    assertThat(body(mvc.perform(MockMvcRequestBuilders.get("/quote")).andReturn()))
        .isEqualTo("for null");
    MvcResult started = mvc.perform(MockMvcRequestBuilders.get("/later")).andReturn();
    assertThat(body(mvc.perform(MockMvcRequestBuilders.asyncDispatch(started)).andReturn()))
        .isEqualTo("later");
    assertThat(quotes.quote()).isEqualTo("for u-17");
  }

  private MockMvc mvc() {
    FilterRegistrationBean<?> filter =
        application.getBean("waybillFilter", FilterRegistrationBean.class);
    return MockMvcBuilders.webAppContextSetup(application).addFilters(filter.getFilter()).build();
  }

  private static String body(MvcResult result) throws Exception {
    return result.getResponse().getContentAsString();
  }

  @Test
  @WithRequest("user.id=u-17")
  void server_hasRequestOfItsOwn() {
    String answer =
        RestClient.create("http://127.0.0.1:" + environment.getProperty("local.server.port"))
            .get()
            .uri("/quote")
            .retrieve()
            .body(String.class);
    assertThat(answer).isEqualTo("for null");
  }

  @Test
  void requests_areAllLookedAt() {
    // Else it would throw, for not being strict; the one that is open is that of this test.
    assertThat(catchThrowable(waybill::requireNoLeaks).getSuppressed()).hasSize(1);
  }
}
