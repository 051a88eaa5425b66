package io.waybill.http.jdkserver;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the headers of a request. */
enum RequestHeaders implements TextMapGetter<HttpExchange> {
  INSTANCE;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(HttpExchange exchange) {
    return exchange.getRequestHeaders().keySet();
  }

  @Override
  public @Nullable String get(@Nullable HttpExchange exchange, String name) {
    return exchange == null ? null : exchange.getRequestHeaders().getFirst(name);
  }

  @Override
  public Iterator<String> getAll(@Nullable HttpExchange exchange, String name) {
    List<String> lines = exchange == null ? null : exchange.getRequestHeaders().get(name);
    return lines == null ? Collections.emptyIterator() : lines.iterator();
  }
}
