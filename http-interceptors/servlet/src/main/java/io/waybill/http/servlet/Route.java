package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import org.jspecify.annotations.Nullable;

/** The pattern by which the container, or a framework in it, has found who serves a request. */
final class Route {
  // Of Spring MVC, whose one servlet is mapped for everything: the handler's, once it is found.
  private static final String BEST_MATCHING_PATTERN =
      "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  private Route() {}

  /** Returns the pattern of the handler that a framework has found; null if none says so. */
  static @Nullable String ofHandler(HttpServletRequest request) {
    boolean isOfErrorPage = request.getDispatcherType() == DispatcherType.ERROR;
    if (isOfErrorPage || !(request.getAttribute(BEST_MATCHING_PATTERN) instanceof String pattern)) {
      return null;
    }
    boolean isBelowPath = request.getHttpServletMapping().getMappingMatch() == MappingMatch.PATH;
    String prefix = request.getContextPath() + (isBelowPath ? request.getServletPath() : "");
    return pattern.startsWith("/") ? prefix + pattern : prefix + "/" + pattern;
  }

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
