package io.waybill.http.webflux;

import java.net.URI;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import reactor.core.publisher.Mono;

/**
 * A connector that keeps to the address that it is asked for. Its client may ask what request is
 * current, as Waybill's do.
 */
record TrustedConnector(ClientHttpConnector connector) implements ClientHttpConnector {

  @Override
  public Mono<ClientHttpResponse> connect(
      HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> write) {
    return connector.connect(
        method,
        uri,
        http -> {
          Redirecting.trust(http);
          return Sending.written(write.apply(http));
        });
  }
}
