package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.http.webflux.WaybillWebFlux;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** What the filter leaves to those behind it, under Reactor's automatic propagation. */
class RedirectFilterTest {
  private static final ContextKey<String> PLACE = ContextKey.named("place");
  private static final Context SERVER = Context.root().with(PLACE, "server");
  private static final Context CALL = SERVER.with(PLACE, "call");
  private static final ClientRequest REQUEST =
      ClientRequest.create(HttpMethod.GET, URI.create("http://127.0.0.1/")).build();

  private final AtomicReference<String> seen = new AtomicReference<>();
  private final ExchangeFunction next =
      request ->
          Mono.fromSupplier(
              () -> {
                seen.set(Context.current().get(PLACE));
                return ClientResponse.create(HttpStatus.OK).build();
              });

  @BeforeEach
  void propagate() {
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void stop() {
    Hooks.disableAutomaticContextPropagation();
  }

  /** As OpenTelemetry's filter does: its span is current while what is behind it is subscribed. */
  @Test
  void spanOfAnOuterFilter_staysCurrent() {
    Mono<ClientResponse> traced =
        new Mono<>() {
          @Override
          public void subscribe(CoreSubscriber<? super ClientResponse> actual) {
            try (Scope ignored = CALL.makeCurrent()) {
              new RedirectFilter().filter(REQUEST, next).subscribe(actual);
            }
          }
        };

    traced.contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, SERVER)).block();

    assertThat(seen.get()).isEqualTo("call");
  }

  @Test
  void caller_outsideOfAPipeline_isTheCallers() {
    try (Scope ignored = CALL.makeCurrent()) {
      new RedirectFilter().filter(REQUEST, next).block();
    }

    assertThat(seen.get()).isEqualTo("call");
  }
}
