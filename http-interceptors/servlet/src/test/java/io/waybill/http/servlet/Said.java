package io.waybill.http.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;

/** A container that says another address by its own settings: in the request, not around it. */
final class Said {
  private Said() {}

  /** Returns {@code filter}, to which {@code said} is the address of each request. */
  static Filter to(Filter filter, String said) {
    return (request, response, chain) ->
        filter.doFilter(
            saying(said, request),
            response,
            (ours, behind) -> chain.doFilter(request, response)); // which only its own may be given
  }

  private static ServletRequest saying(String said, ServletRequest request) {
    return (ServletRequest)
        Proxy.newProxyInstance(
            Said.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                method.getName().equals("getRemoteAddr")
                    ? said
                    : method.invoke(request, arguments));
  }
}
