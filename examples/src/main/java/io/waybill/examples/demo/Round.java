package io.waybill.examples.demo;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;

/**
 * Many requests of different users, sent at the same time.
 *
 * @param concurrency how many at a time
 * @param spans how many spans there were, also outside of the journeys
 * @param took from the first request to the last answer
 */
record Round(List<Journey> journeys, int concurrency, int spans, Duration took) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Sends the requests and waits until their spans have ended, but not for ever. */
  static Round send(Shop shop, int requests, int concurrency) throws InterruptedException {
    List<Sent> sent = Sent.ofDifferentUsers(shop.sessions(), requests);
    long begin = System.nanoTime();
    List<Driver.Answer> answers = new Driver(shop.edge()).send(sent, concurrency);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    List<SpanData> spans = shop.spans().take(Check.SPANS_OF_A_REQUEST * requests, PATIENCE);
    return new Round(
        Journey.of(answers, spans, shop.partner().take()), concurrency, spans.size(), took);
  }
}
