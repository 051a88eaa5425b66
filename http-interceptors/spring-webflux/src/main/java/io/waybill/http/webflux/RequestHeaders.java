package io.waybill.http.webflux;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads the headers of a request that was received. */
enum RequestHeaders implements TextMapGetter<HttpHeaders> {
  INSTANCE;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(HttpHeaders headers) {
    return headers.headerNames();
  }

  @Override
  public @Nullable String get(@Nullable HttpHeaders headers, String name) {
    return headers == null ? null : headers.getFirst(name);
  }

  @Override
  public Iterator<String> getAll(@Nullable HttpHeaders headers, String name) {
    List<String> lines = headers == null ? null : headers.get(name);
    return lines == null ? Collections.emptyIterator() : lines.iterator();
  }
}
