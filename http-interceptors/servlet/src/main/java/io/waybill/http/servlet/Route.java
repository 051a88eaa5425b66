package io.waybill.http.servlet;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import org.jspecify.annotations.Nullable;

/** The pattern by which the container has found the servlet of a request. */
final class Route {
  private Route() {}

  /** Returns the pattern; null where it is the one that takes everything that is left. */
  static @Nullable String of(HttpServletRequest request) {
    HttpServletMapping mapping = request.getHttpServletMapping();
    if (mapping == null
        || mapping.getMappingMatch() == null
        || mapping.getMappingMatch() == MappingMatch.DEFAULT) {
      return null;
    }
    String pattern = mapping.getPattern();
    return request.getContextPath() + (pattern.startsWith("/") ? pattern : "/" + pattern);
  }
}
