package io.waybill.spring.client;

import io.waybill.spring.WaybillAutoConfiguration;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StreamUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/** By which of Spring's clients a call is made, as Boot sets it up. */
enum Imperative {
  REST_CLIENT {
    @Override
    String get(ApplicationContext context, String origin, String path) {
      return context
          .getBean(RestClient.Builder.class)
          .build()
          .get()
          .uri(origin + path)
          .exchange(
              (request, response) ->
                  response.getStatusCode().value()
                      + " "
                      + StreamUtils.copyToString(response.getBody(), StandardCharsets.UTF_8));
    }
  },
  REST_TEMPLATE {
    @Override
    @SuppressWarnings("removal")
    String get(ApplicationContext context, String origin, String path) {
      return text(
          context
              .getBean(RestTemplateBuilder.class)
              .build()
              .getForEntity(origin + path, String.class));
    }
  },
  HTTP_EXCHANGE {
    @Override
    String get(ApplicationContext context, String origin, String path) {
      return text(context.getBean(Orders.class).get(URI.create(origin + path)));
    }
  };

  /** A service as an interface of the application. */
  interface Orders {
    @GetExchange
    ResponseEntity<String> get(URI uri);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportHttpServices(group = "shop", types = Orders.class)
  static class Services {}

  @SuppressWarnings("removal")
  static final ApplicationContextRunner RUNNER =
      new ApplicationContextRunner()
          .withUserConfiguration(Services.class)
          .withConfiguration(
              AutoConfigurations.of(
                  WaybillAutoConfiguration.class,
                  RequestFactoryAutoConfiguration.class,
                  HttpClientAutoConfiguration.class,
                  HttpServiceClientPropertiesAutoConfiguration.class,
                  ImperativeHttpClientAutoConfiguration.class,
                  RestClientAutoConfiguration.class,
                  RestTemplateAutoConfiguration.class,
                  HttpServiceClientAutoConfiguration.class));

  /** Returns the status and the text of the answer. */
  abstract String get(ApplicationContext context, String origin, String path);

  private static String text(ResponseEntity<String> answer) {
    return answer.getStatusCode().value() + " " + answer.getBody();
  }
}
