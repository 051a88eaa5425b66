package io.waybill.beside.spring;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StreamUtils;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.client.NoOpResponseErrorHandler;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** By which of Spring's clients a call is made. */
enum By {
  REST_CLIENT {
    @Override
    Caller over(ClientHttpRequestFactory factory, List<ClientHttpRequestInterceptor> users) {
      RestClient client = restClient(factory, users).build();
      return (uri, headers) ->
          client
              .get()
              .uri(uri)
              .headers(all -> headers.forEach(all::add))
              .exchange((request, response) -> text(response));
    }
  },
  REST_TEMPLATE {
    @Override
    Caller over(ClientHttpRequestFactory factory, List<ClientHttpRequestInterceptor> users) {
      RestTemplate template = new RestTemplate(factory);
      template.setInterceptors(users);
      template.setErrorHandler(new NoOpResponseErrorHandler());
      return (uri, headers) ->
          template.execute(
              uri, HttpMethod.GET, request -> headers.forEach(request.getHeaders()::add), By::text);
    }
  },
  HTTP_EXCHANGE {
    @Override
    Caller over(ClientHttpRequestFactory factory, List<ClientHttpRequestInterceptor> users) {
      RestClient client =
          restClient(factory, users)
              .defaultStatusHandler(status -> true, (request, response) -> {})
              .build();
      Exchanged service =
          HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
              .build()
              .createClient(Exchanged.class);
      return (uri, headers) -> {
        ResponseEntity<String> answer = service.get(uri, headers);
        return answer.getStatusCode().value() + " " + answer.getBody();
      };
    }
  };

  /** Makes a call, and waits for its answer. */
  interface Caller {
    /** Returns the status and the text of the answer. */
    String get(URI uri, Map<String, String> headers);
  }

  /** A service as an interface of the application. */
  interface Exchanged {
    @GetExchange
    ResponseEntity<String> get(URI uri, @RequestHeader("all") Map<String, String> headers);
  }

  /**
   * Returns one over {@code factory}.
   *
   * @param users interceptors of the application
   */
  abstract Caller over(ClientHttpRequestFactory factory, List<ClientHttpRequestInterceptor> users);

  private static RestClient.Builder restClient(
      ClientHttpRequestFactory factory, List<ClientHttpRequestInterceptor> users) {
    return RestClient.builder()
        .requestFactory(factory)
        .requestInterceptors(all -> all.addAll(users));
  }

  private static String text(ClientHttpResponse response) throws IOException {
    return response.getStatusCode().value()
        + " "
        + StreamUtils.copyToString(response.getBody(), StandardCharsets.UTF_8);
  }
}
