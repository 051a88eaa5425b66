package io.waybill.spring.security;

import io.waybill.RequestScope;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/** Behind what authenticates, in front of what authorizes; at every dispatch. */
record IdentityFilter(Identification identification, SecurityContextHolderStrategy holder)
    implements Filter {
  private static final String ATTRIBUTE = IdentityFilter.class.getName();

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Authentication who = identification.identify(() -> news(request), RequestScope.currentOrNull());
    if (who != null) {
      request.setAttribute(ATTRIBUTE, who);
    }
    chain.doFilter(request, response);
  }

  /** A forward or an asynchronous dispatch brings the same one again. */
  @Nullable
  private Authentication news(ServletRequest request) {
    Authentication who = holder.getContext().getAuthentication();
    return who == request.getAttribute(ATTRIBUTE) ? null : who;
  }
}
