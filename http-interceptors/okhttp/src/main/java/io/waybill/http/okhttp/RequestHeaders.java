package io.waybill.http.okhttp;

import io.waybill.http.HeaderRoom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.Headers;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request that is about to be sent: what it has, and what is changed of that. A
 * builder of OkHttp's can be written only, and each look at one is a copy.
 */
final class RequestHeaders {
  private final Headers written;
  private final Request.Builder sent;
  // A name and its value in turn, which is null where all lines of that name are taken out.
  private final List<@Nullable String> changes = new ArrayList<>(4);

  RequestHeaders(Request request) {
    written = request.headers();
    sent = request.newBuilder();
  }

  /** Returns the request as it is now. */
  Request build() {
    return sent.build();
  }

  @Nullable String get(String name) {
    int change = change(name);
    return change < 0 ? written.get(name) : changes.get(change + 1);
  }

  Iterator<String> getAll(String name) {
    int change = change(name);
    if (change < 0 && written.get(name) != null) {
      return written.values(name).iterator();
    }
    String value = change < 0 ? null : changes.get(change + 1);
    return value == null ? Collections.emptyIterator() : List.of(value).iterator();
  }

  void set(String name, String value) {
    change(name, value);
    sent.header(name, value);
  }

  boolean remove(String name) {
    boolean present = get(name) != null;
    if (present) {
      change(name, null);
      sent.removeHeader(name);
    }
    return present;
  }

  private int change(String name) {
    for (int i = 0; i < changes.size(); i += 2) {
      if (name.equalsIgnoreCase(changes.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private void change(String name, @Nullable String value) {
    int change = change(name);
    if (change < 0) {
      changes.add(name);
      changes.add(value);
    } else {
      changes.set(change + 1, value);
    }
  }

  /** Returns the names of all lines. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(written.names());
    for (int i = 0; i < changes.size(); i += 2) {
      if (changes.get(i + 1) == null) {
        names.remove(changes.get(i));
      } else {
        names.add(changes.get(i));
      }
    }
    return names;
  }

  /** Returns the room that all lines take. */
  int size() {
    int size = 0;
    for (int i = 0; i < written.size(); i++) {
      if (change(written.name(i)) < 0) {
        size += HeaderRoom.size(written.name(i), written.value(i));
      }
    }
    for (int i = 0; i < changes.size(); i += 2) {
      String value = changes.get(i + 1);
      size += value == null ? 0 : HeaderRoom.size(String.valueOf(changes.get(i)), value);
    }
    return size;
  }
}
