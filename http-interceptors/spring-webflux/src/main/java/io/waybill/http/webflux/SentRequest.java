package io.waybill.http.webflux;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpTarget;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * One request on its way down: what was released to its address, and whether it is that address
 * that its connector asks.
 */
final class SentRequest {
  private final Waybill waybill;
  private final ClientRequest users;
  private final ClientRequest released;
  private final HttpAttempt attempt;
  private final @Nullable WrittenBody kept;
  private volatile HttpAttempt last;

  SentRequest(Waybill waybill, ClientRequest users, HttpAttempt attempt) {
    this.waybill = waybill;
    this.users = users;
    this.attempt = attempt;
    this.last = attempt;
    ClientRequest.Builder builder =
        ClientRequest.from(users)
            .headers(headers -> attempt.release(headers, SpringHeaders.of(users.cookies())))
            .httpRequest(this::arrives);
    int limit = attempt.replayLimit();
    this.kept = limit < 0 || hasNoBody() ? null : new WrittenBody(users.body(), limit);
    this.released = (kept == null ? builder : builder.body(kept)).build();
  }

  private boolean hasNoBody() {
    return users.body() == BodyInserters.empty();
  }

  /** Returns the user's request once more; null if it can't be sent again. */
  @Nullable ClientRequest again() {
    if (hasNoBody()) {
      return users;
    }
    var body = kept == null ? null : kept.again();
    return body == null ? null : ClientRequest.from(users).body(body).build();
  }

  /** Returns what the filters and the connector below get. */
  ClientRequest released() {
    return released;
  }

  /** Returns the attempt that has decided what goes out. */
  HttpAttempt last() {
    return last;
  }

  /** Is called behind the user's own, where the connector has made its request. */
  private void arrives(ClientHttpRequest http) {
    Redirecting.refuse(http);
    HttpTarget asked = HttpTarget.of(http.getURI());
    if (!asked.isSameOrigin(HttpTarget.of(released.url()))) {
      decideAnew(http, asked);
    }
  }

  /** A filter below has changed the address: what is for the first is not for this one. */
  private void decideAnew(ClientHttpRequest http, HttpTarget asked) {
    takeBack(http.getHeaders());
    // The span is started, and goes on; only the headers are decided again.
    HttpAttempt there =
        HttpClientCall.of(waybill.withSpans(SpanMode.NEVER), attempt.context())
            .attempt(http.getMethod().name(), asked, 0);
    try (Scope ignored = attempt.context().makeCurrent()) {
      there.release(http.getHeaders(), SpringHeaders.of(http.getCookies()));
    }
    last = there;
  }

  /** Makes each header that the release has changed what the user wrote. */
  private void takeBack(HttpHeaders sent) {
    HttpHeaders before = users.headers();
    HttpHeaders after = released.headers();
    for (String name : after.headerNames()) {
      if (!before.containsHeader(name)) {
        sent.remove(name);
      }
    }
    for (String name : before.headerNames()) {
      List<String> written = before.getOrDefault(name, List.of());
      if (!written.equals(after.get(name))) {
        sent.put(name, List.copyOf(written));
      }
    }
  }
}
