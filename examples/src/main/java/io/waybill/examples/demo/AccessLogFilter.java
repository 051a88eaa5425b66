package io.waybill.examples.demo;

import static io.waybill.BaggageField.REQUEST_ID;
import static io.waybill.examples.demo.ShopFields.USER;

import io.waybill.RequestScope;
import io.waybill.http.servlet.WaybillFilter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each request when it is over. It stands in front of Waybill's filter, so it has no current
 * scope; it reads the ended one.
 */
final class AccessLogFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger("shop.access");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      chain.doFilter(request, response);
    } finally {
      if (request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE) instanceof RequestScope scope) {
        LOG.info(
            "{} {}  user.id={} request.id={}",
            request.getMethod(),
            response.getStatus(),
            scope.get(USER),
            scope.get(REQUEST_ID));
      }
    }
  }
}
