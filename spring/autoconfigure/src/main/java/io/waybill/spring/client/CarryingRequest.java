package io.waybill.spring.client;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpRenewal;
import io.waybill.http.HttpTarget;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.AbstractStreamingClientHttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/** One call of the application's, sent {@link Hop} by hop; each crosses the border by itself. */
final class CarryingRequest extends AbstractStreamingClientHttpRequest {
  private final ClientHttpRequestFactory below;
  private final Redirect policy;
  private final Supplier<Waybill> waybill;
  private final URI uri;
  private final HttpMethod method;

  CarryingRequest(
      ClientHttpRequestFactory below,
      Redirect policy,
      Supplier<Waybill> waybill,
      URI uri,
      HttpMethod method) {
    this.below = below;
    this.policy = policy;
    this.waybill = waybill;
    this.uri = uri;
    this.method = method;
  }

  @Override
  public HttpMethod getMethod() {
    return method;
  }

  @Override
  public URI getURI() {
    return uri;
  }

  @Override
  protected ClientHttpResponse executeInternal(HttpHeaders headers, @Nullable Body body)
      throws IOException {
    HttpClientCall call = HttpClientCall.of(waybill.get(), Context.current());
    Hop hop = new Hop(method, uri, headers, body, 0);
    while (true) {
      Sending sending = new Sending(call, hop);
      ClientHttpResponse response = sending.send();
      Hop next = closing(response, () -> sending.next(response));
      if (next == null) {
        return response;
      }
      response.close();
      hop = next;
    }
  }

  private static @Nullable Hop closing(ClientHttpResponse response, Next next) throws IOException {
    try {
      return next.get();
    } catch (Throwable failure) {
      response.close();
      throw failure;
    }
  }

  private interface Next {
    @Nullable Hop get() throws IOException;
  }

  /** One hop. */
  private final class Sending {
    private final HttpClientCall call;
    private final Hop hop;
    private final HttpAttempt attempt;
    private @Nullable CallersBody body;
    private @Nullable CompletableFuture<Boolean> again;

    Sending(HttpClientCall call, Hop hop) {
      this.call = call;
      this.hop = hop;
      this.attempt = call.attempt(hop.method().name(), HttpTarget.of(hop.uri()), hop.resends());
    }

    ClientHttpResponse send() throws IOException {
      try {
        CompletableFuture<Boolean> due = attempt.due(hop.headers()::containsHeader, null);
        if (due != null) {
          HttpRenewal.await(due, () -> null);
        }
        ClientHttpRequest request = request();
        attempt.release(request.getHeaders(), SpringHeaders.ACCESS);
        try (Scope ignored = attempt.context().makeCurrent()) {
          write(request);
          return answered(request.execute());
        }
      } catch (Throwable failure) {
        attempt.failed(failure);
        throw failure;
      }
    }

    private ClientHttpRequest request() throws IOException {
      ClientHttpRequest request = below.createRequest(hop.uri(), hop.method());
      request.getHeaders().putAll(hop.headers());
      request.getAttributes().putAll(getAttributes());
      return request;
    }

    private void write(ClientHttpRequest request) throws IOException {
      Body users = hop.body();
      if (users == null) {
        return;
      }
      body = new CallersBody(users, call.callbacks(), attempt.replayLimit());
      if (request instanceof StreamingHttpOutputMessage streaming) {
        streaming.setBody(body);
      } else {
        body.writeTo(request.getBody());
      }
    }

    private ClientHttpResponse answered(ClientHttpResponse response) throws IOException {
      int status = response.getStatusCode().value();
      again =
          attempt.rejected(
              status,
              () -> response.getHeaders().getOrDefault(HttpHeaders.WWW_AUTHENTICATE, List.of()),
              hop.resends() + 1 < RedirectRule.MOST_REQUESTS
                  && (body == null || body.again() != null),
              null);
      attempt.answered(status);
      return response;
    }

    /** Returns the hop that follows; null if {@code response} is the caller's. */
    @Nullable Hop next(ClientHttpResponse response) throws IOException {
      Body repeated = body == null ? null : body.again();
      if (again != null && HttpRenewal.await(again, () -> null)) {
        return hop.again(repeated);
      }
      int status = response.getStatusCode().value();
      URI target =
          RedirectRule.target(policy, hop.resends() + 1, hop.uri(), status, response.getHeaders());
      return target == null ? null : hop.to(target, status, repeated);
    }
  }
}
