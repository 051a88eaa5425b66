package io.waybill.spring;

import io.waybill.RequestScope;
import org.springframework.security.core.Authentication;

/**
 * A bean that says who a request is from, once Spring Security has authenticated them.
 *
 * <pre>{@code
 * @Bean WaybillIdentity identity() {
 *   return (authentication, scope) -> scope.identify(USER, authentication.getName());
 * }
 * }</pre>
 *
 * <p>It is called in each request of an authenticated principal, whether by session, by token or by
 * logging in, before the request is authorized: one that is denied has its user, too. It may be
 * called more than once in a request. Anonymous requests never come here.
 *
 * <p><b>Errors.</b> What it throws, such as for a value that the field's codec refuses or a second
 * user in the same request, is logged as a warning, without values; the request goes on without.
 *
 * <p><b>Threading.</b> Called by many requests at once. It should not block: in a reactive
 * application it runs on a thread that serves others.
 */
@FunctionalInterface
public interface WaybillIdentity {
  /** Says of {@code scope} who {@code authentication} is. */
  void identify(Authentication authentication, RequestScope scope);
}
