package io.waybill.examples.demo;

import static io.waybill.examples.demo.ShopFields.COOKIES;
import static io.waybill.examples.demo.ShopFields.SESSION;
import static io.waybill.examples.demo.ShopFields.TENANT;
import static io.waybill.examples.demo.ShopFields.TOKENS;
import static io.waybill.examples.demo.ShopFields.USER;

import io.waybill.RequestScope;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Finds the session of a request's cookie, and says from then on whose request it is. */
final class AuthenticationFilter extends HttpFilter {
  static final String COOKIE = "session";

  private static final long serialVersionUID = 1L;

  private final transient SessionTable sessions;

  AuthenticationFilter(SessionTable sessions) {
    this.sessions = sessions;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestScope scope = RequestScope.current();
    SessionTable.Session session = sessions.find(scope.require(COOKIES).get(COOKIE));
    if (session == null) {
      response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "no valid session cookie");
      return;
    }
    scope.identify(USER, session.user());
    scope.identify(TENANT, session.tenant());
    scope.identify(SESSION, session.id());
    scope.set(TOKENS, sessions.tokens(session));
    chain.doFilter(request, response);
  }
}
