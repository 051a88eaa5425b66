package io.waybill.http.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;

/** What a container makes of an exception that leaves the filters. */
final class Failure {
  // Each is the cause of the one before; more of them would be a circle.
  private static final int MOST_WRAPPERS = 16;

  private Failure() {}

  /**
   * Returns the status that it answers with, whatever was set before (Servlet 6.1 §2.3.3.2,
   * §10.9.2).
   */
  static int status(Throwable thrown) {
    if (thrown instanceof UnavailableException unavailable) {
      return unavailable.isPermanent()
          ? HttpServletResponse.SC_NOT_FOUND
          : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
    }
    return HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
  }

  /** Returns what a {@link ServletException} was made for, or {@code thrown} if it is none. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < MOST_WRAPPERS && cause instanceof ServletException wrapper; i++) {
      Throwable root = wrapper.getRootCause();
      if (root == null) {
        return cause;
      }
      cause = root;
    }
    return cause;
  }
}
