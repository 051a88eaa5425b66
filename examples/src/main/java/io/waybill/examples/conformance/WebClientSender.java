package io.waybill.examples.conformance;

import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Spring's WebClient on Reactor Netty. */
final class WebClientSender implements Sender {
  private static final int MOST_ANSWER_BYTES = 1024 * 1024;

  private final ConnectionProvider connections =
      ConnectionProvider.create("webclient", MOST_CONNECTIONS);
  private final WebClient client;

  WebClientSender(Waybill waybill) {
    HttpClient netty = HttpClient.create(connections).responseTimeout(PATIENCE);
    this.client =
        WebClient.builder()
            .clientConnector(new ReactorClientHttpConnector(netty))
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MOST_ANSWER_BYTES))
            .filter(WaybillWebFlux.clientFilter(waybill))
            .build();
  }

  @Override
  public String send(URI uri, byte @Nullable [] json) throws IOException {
    WebClient.RequestBodySpec request =
        client.method(json == null ? HttpMethod.GET : HttpMethod.POST).uri(uri);
    if (json != null) {
      request.header("content-type", JSON).bodyValue(json);
    }
    Mono<String> text = request.exchangeToMono(answer -> answer.bodyToMono(String.class));
    try {
      String body = text.block();
      return body == null ? "" : body;
    } catch (WebClientRequestException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed);
    }
  }

  @Override
  public void close() {
    connections.dispose();
  }
}
