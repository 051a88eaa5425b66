package io.waybill.http.jdk;

import io.waybill.http.HeaderRoom;
import io.waybill.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The headers of a request as they go out; the request itself can't be changed. */
final class SentHeaders {
  static final HttpHeaders<SentHeaders> ACCESS = new Access();

  private final HttpRequest request;
  // Instead of the request's: none, or the one value that was set.
  private final Map<String, List<String>> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  SentHeaders(HttpRequest request) {
    this.request = request;
  }

  /** Returns what makes the request that goes out. */
  HttpRequest.Builder builder() {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request, (name, value) -> !changed.containsKey(name));
    changed.forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    return builder;
  }

  private List<String> lines(String name) {
    List<String> own = changed.get(name);
    return own == null ? request.headers().allValues(name) : own;
  }

  private static final class Access implements HttpHeaders<SentHeaders> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(SentHeaders sent) {
      List<String> names = new ArrayList<>(sent.request.headers().map().keySet());
      names.removeIf(sent.changed::containsKey);
      sent.changed.forEach(
          (name, values) -> names.addAll(values.isEmpty() ? List.of() : List.of(name)));
      return names;
    }

    @Override
    public @Nullable String get(@Nullable SentHeaders sent, String name) {
      List<String> lines = sent == null ? List.of() : sent.lines(name);
      return lines.isEmpty() ? null : lines.get(0);
    }

    @Override
    public Iterator<String> getAll(@Nullable SentHeaders sent, String name) {
      return sent == null ? Collections.emptyIterator() : sent.lines(name).iterator();
    }

    @Override
    public void set(@Nullable SentHeaders sent, String name, String value) {
      if (sent != null) {
        sent.changed.put(name, List.of(value));
      }
    }

    @Override
    public boolean remove(SentHeaders sent, String name) {
      boolean present = !sent.lines(name).isEmpty();
      if (present) {
        sent.changed.put(name, List.of());
      }
      return present;
    }

    @Override
    public int size(SentHeaders sent) {
      int size = 0;
      for (String name : keys(sent)) {
        for (String value : sent.lines(name)) {
          size += HeaderRoom.size(name, value);
        }
      }
      return size;
    }
  }
}
