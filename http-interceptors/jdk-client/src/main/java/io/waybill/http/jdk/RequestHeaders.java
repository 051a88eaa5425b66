package io.waybill.http.jdk;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.http.HttpRequest;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reads the headers of a request that is about to be sent: what others have written there. */
enum RequestHeaders implements TextMapGetter<HttpRequest> {
  INSTANCE;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(HttpRequest request) {
    return request.headers().map().keySet();
  }

  @Override
  public @Nullable String get(@Nullable HttpRequest request, String name) {
    return request == null ? null : request.headers().firstValue(name).orElse(null);
  }

  @Override
  public Iterator<String> getAll(@Nullable HttpRequest request, String name) {
    return request == null
        ? Collections.emptyIterator()
        : request.headers().allValues(name).iterator();
  }
}
