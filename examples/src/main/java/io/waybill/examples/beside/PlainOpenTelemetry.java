package io.waybill.examples.beside;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** OpenTelemetry's baggage, with its propagator around servers and clients. */
final class PlainOpenTelemetry implements Library {
  private static final TextMapPropagator PROPAGATOR = W3CBaggagePropagator.getInstance();

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();

  @Override
  public Filter filter() {
    return (request, response, chain) -> {
      Context received =
          PROPAGATOR.extract(Context.current(), (HttpServletRequest) request, new Headers());
      try (Scope ignored = received.makeCurrent()) {
        chain.doFilter(request, response);
      }
    };
  }

  @Override
  public @Nullable String value(String name) {
    return Baggage.current().getEntryValue(name);
  }

  @Override
  public void asBen(Call call) throws Exception {
    Baggage ben = Baggage.builder().put("user.id", "ben").put("locale", "fr-FR").build();
    try (Scope ignored = ben.makeCurrent()) {
      call.make();
    }
  }

  @Override
  public int get(URI uri) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    PROPAGATOR.inject(Context.current(), request, HttpRequest.Builder::setHeader);
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static final class Headers implements TextMapGetter<HttpServletRequest> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(HttpServletRequest request) {
      return Collections.list(request.getHeaderNames());
    }

    @Override
    public @Nullable String get(@Nullable HttpServletRequest request, String name) {
      return request == null ? null : request.getHeader(name);
    }
  }
}
