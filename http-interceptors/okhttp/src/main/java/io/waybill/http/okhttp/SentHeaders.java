package io.waybill.http.okhttp;

import io.waybill.http.HeaderRoom;
import io.waybill.http.HttpHeaders;
import java.util.Collections;
import java.util.Iterator;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** The headers of a request that is about to be sent. */
enum SentHeaders implements HttpHeaders<Headers.Builder> {
  INSTANCE;

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(Headers.Builder headers) {
    return headers.build().names();
  }

  @Override
  public @Nullable String get(Headers.@Nullable Builder headers, String name) {
    return headers == null ? null : headers.get(name);
  }

  @Override
  public Iterator<String> getAll(Headers.@Nullable Builder headers, String name) {
    return headers == null || headers.get(name) == null
        ? Collections.emptyIterator()
        : headers.build().values(name).iterator();
  }

  @Override
  public void set(Headers.@Nullable Builder headers, String name, String value) {
    if (headers != null) {
      headers.set(name, value);
    }
  }

  @Override
  public boolean remove(Headers.Builder headers, String name) {
    boolean present = headers.get(name) != null;
    if (present) {
      headers.removeAll(name);
    }
    return present;
  }

  @Override
  public int size(Headers.Builder headers) {
    Headers all = headers.build();
    int size = 0;
    for (int i = 0; i < all.size(); i++) {
      size += HeaderRoom.size(all.name(i), all.value(i));
    }
    return size;
  }
}
