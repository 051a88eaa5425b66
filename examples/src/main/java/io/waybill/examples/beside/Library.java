package io.waybill.examples.beside;

import jakarta.servlet.Filter;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What carries a request's identity through a service, as its own pages say how to use it. */
interface Library {
  /** Returns what a server puts in front of its handlers. */
  Filter filter();

  /** Returns a value of the current request, or null. */
  @Nullable String value(String name);

  /** Runs {@code call} as ben, whom an authentication filter has checked, with his locale. */
  void asBen(Call call) throws Exception;

  /** Gets {@code uri}, follows redirects, and returns the status. */
  int get(URI uri) throws Exception;

  /** A call to another service. */
  interface Call {
    /** Makes it, and returns its status. */
    int make() throws Exception;
  }
}
