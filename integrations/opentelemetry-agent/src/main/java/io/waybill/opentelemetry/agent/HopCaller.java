package io.waybill.opentelemetry.agent;

import io.opentelemetry.context.Context;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, for its hops on other threads: the Context, and the class loader by which an
 * application is known that decides by a policy of its own.
 */
public final class HopCaller {
  private final Context context;
  private final @Nullable ClassLoader loader;

  private HopCaller(Context context, @Nullable ClassLoader loader) {
    this.context = context;
    this.loader = loader;
  }

  /** Returns the caller on this thread. */
  public static HopCaller current() {
    return new HopCaller(Context.current(), Thread.currentThread().getContextClassLoader());
  }

  /** Returns the headers that are released to {@code uri}, by their names in any case. */
  public Map<String, String> released(URI uri) {
    if (context == Context.root()) {
      return Map.of();
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (before == loader) {
      return Hop.released(context, uri);
    }
    thread.setContextClassLoader(loader);
    try {
      return Hop.released(context, uri);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Returns the headers that are released to where {@code url} leads. Of that only the authority
   * counts: the rest may be no part of a URI.
   *
   * @param url null, where nobody knows it, gets nothing
   */
  public Map<String, String> released(@Nullable String url) {
    if (url == null) {
      return Map.of();
    }
    int end = url.indexOf("://") + "://".length();
    while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return released(URI.create(url.substring(0, end)));
  }
}
