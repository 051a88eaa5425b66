package io.waybill.http.servlet;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.MappingMatch;
import org.jspecify.annotations.Nullable;

/** The pattern by which the container has found the servlet of a request. */
final class Route {
  private Route() {}

  /** Returns the pattern; null where it is the one that takes everything that is left. */
  static @Nullable String of(String contextPath, @Nullable HttpServletMapping mapping) {
    if (mapping == null
        || mapping.getMappingMatch() == null
        || mapping.getMappingMatch() == MappingMatch.DEFAULT) {
      return null;
    }
    String pattern = mapping.getPattern();
    return contextPath + (pattern.startsWith("/") ? pattern : "/" + pattern);
  }
}
