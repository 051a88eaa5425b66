package io.waybill.http.apache;

import io.waybill.http.HeaderRoom;
import io.waybill.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** The headers of the copy of a request that goes out. */
final class RequestHeaders implements HttpHeaders<HttpRequest> {
  static final HttpHeaders<HttpRequest> ACCESS = new RequestHeaders();

  private RequestHeaders() {}

  @Override
  @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
  public Iterable<String> keys(HttpRequest request) {
    List<String> names = new ArrayList<>();
    for (Header header : request.getHeaders()) {
      names.add(header.getName());
    }
    return names;
  }

  @Override
  public @Nullable String get(@Nullable HttpRequest request, String name) {
    Header header = request == null ? null : request.getFirstHeader(name);
    return header == null ? null : value(header);
  }

  @Override
  public Iterator<String> getAll(@Nullable HttpRequest request, String name) {
    if (request == null || !request.containsHeader(name)) {
      return Collections.emptyIterator();
    }
    List<String> lines = new ArrayList<>();
    for (Header header : request.getHeaders(name)) {
      lines.add(value(header));
    }
    return lines.iterator();
  }

  @Override
  public void set(@Nullable HttpRequest request, String name, String value) {
    if (request != null) {
      request.setHeader(name, value);
    }
  }

  @Override
  public boolean remove(HttpRequest request, String name) {
    return request.removeHeaders(name);
  }

  @Override
  public int size(HttpRequest request) {
    int size = 0;
    for (Header header : request.getHeaders()) {
      size += HeaderRoom.size(header.getName(), value(header));
    }
    return size;
  }

  /** Returns how an answer says what credential it wants. */
  static List<String> challenges(HttpResponse response) {
    List<String> lines = new ArrayList<>();
    for (Header header :
        response.getHeaders(org.apache.hc.core5.http.HttpHeaders.WWW_AUTHENTICATE)) {
      lines.add(value(header));
    }
    return lines;
  }

  private static String value(Header header) {
    String value = header.getValue();
    return value == null ? "" : value;
  }
}
