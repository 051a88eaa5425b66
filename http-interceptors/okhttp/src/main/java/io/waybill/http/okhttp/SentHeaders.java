package io.waybill.http.okhttp;

import io.waybill.http.HttpHeaders;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** How the headers of a request are read and written. */
enum SentHeaders implements HttpHeaders<RequestHeaders> {
  INSTANCE;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(RequestHeaders headers) {
    return headers.names();
  }

  @Override
  public @Nullable String get(@Nullable RequestHeaders headers, String name) {
    return headers == null ? null : headers.get(name);
  }

  @Override
  public Iterator<String> getAll(@Nullable RequestHeaders headers, String name) {
    return headers == null ? Collections.emptyIterator() : headers.getAll(name);
  }

  @Override
  public void set(@Nullable RequestHeaders headers, String name, String value) {
    if (headers != null) {
      headers.set(name, value);
    }
  }

  @Override
  public boolean remove(RequestHeaders headers, String name) {
    return headers.remove(name);
  }

  @Override
  public int size(RequestHeaders headers) {
    return headers.size();
  }
}
