package io.waybill.spring.client;

import io.waybill.http.HeaderRoom;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The headers of a request that is about to be sent. */
final class SpringHeaders implements io.waybill.http.HttpHeaders<HttpHeaders> {
  static final SpringHeaders ACCESS = new SpringHeaders();

  private SpringHeaders() {}

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
    return lines == null ? Collections.emptyIterator() : List.copyOf(lines).iterator();
  }

  @Override
  public void set(@Nullable HttpHeaders headers, String name, String value) {
    if (headers != null) {
      headers.set(name, value);
    }
  }

  @Override
  public boolean remove(HttpHeaders headers, String name) {
    return headers.remove(name) != null;
  }

  @Override
  public int size(HttpHeaders headers) {
    int size = 0;
    for (var header : headers.headerSet()) {
      for (String line : header.getValue()) {
        size += HeaderRoom.size(header.getKey(), line);
      }
    }
    return size;
  }
}
