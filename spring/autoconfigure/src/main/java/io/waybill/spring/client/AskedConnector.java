package io.waybill.spring.client;

import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import reactor.core.publisher.Mono;

/** A connector that follows no redirects, and tells {@link RedirectFilter} which it was to. */
record AskedConnector(ClientHttpConnector below, Redirect policy)
    implements ClientHttpConnector, AutoCloseable {
  private static final String POLICY = AskedConnector.class.getName();

  @Override
  public Mono<ClientHttpResponse> connect(
      HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> write) {
    return below.connect(
        method,
        uri,
        http -> {
          http.getAttributes().put(POLICY, policy);
          return write.apply(http);
        });
  }

  /** Returns what the connector of {@code http} was to follow; nothing if it is no such one. */
  static Redirect policy(ClientHttpRequest http) {
    return http.getAttributes().get(POLICY) instanceof Redirect policy ? policy : Redirect.NEVER;
  }

  @Override
  public void close() throws Exception {
    if (below instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
