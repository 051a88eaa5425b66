package io.waybill.examples.spring.orders;

import io.waybill.examples.spring.Seen;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;

/** What there is to order; nobody hands it whose order it is. */
@Component
class Stock {
  private static final Logger LOG = LoggerFactory.getLogger(Stock.class);

  String reserve(long id) {
    LOG.info("reserves for order {}", id);
    return Seen.by("orders", id);
  }

  /** On another thread. */
  @Async
  CompletableFuture<String> count(long id) {
    LOG.info("counts after order {}", id);
    return CompletableFuture.completedFuture(Seen.by("orders-async", id));
  }
}
