package io.waybill.examples.spring.billing;

import io.waybill.examples.spring.Seen;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** What is owed, and by whom. */
@RestController
class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final WebClient partner;

  Ledger(WebClient partner) {
    this.partner = partner;
  }

  @GetMapping("/invoices/{id}")
  Mono<List<String>> invoice(@PathVariable long id) {
    return seen(id).map(List::of);
  }

  @GetMapping("/accounts/{id}")
  Mono<List<String>> account(@PathVariable long id) {
    return seen(id).map(List::of);
  }

  /** By the partner; what is seen after its answer, on a thread of its client, counts. */
  @GetMapping("/charges/{id}")
  Mono<List<String>> charge(@PathVariable long id) {
    return partner
        .get()
        .uri("/charges/{id}", id)
        .retrieve()
        .toBodilessEntity()
        .then(seen(id))
        .map(List::of);
  }

  private static Mono<String> seen(long id) {
    return Mono.deferContextual(
        view -> {
          LOG.info("books order {}", id);
          return Mono.just(Seen.by("billing", id));
        });
  }
}
