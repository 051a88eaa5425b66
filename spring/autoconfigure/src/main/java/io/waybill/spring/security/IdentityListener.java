package io.waybill.spring.security;

import io.waybill.RequestScope;
import org.springframework.context.ApplicationListener;
import org.springframework.security.authentication.event.AbstractAuthenticationEvent;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.security.authentication.event.LogoutSuccessEvent;

/**
 * Hears of those whose request ends before our filter or interceptor: they log in or out, or gRPC
 * denies them. Events come on the request's own thread.
 */
record IdentityListener(Identification identification)
    implements ApplicationListener<AbstractAuthenticationEvent> {

  @Override
  public void onApplicationEvent(AbstractAuthenticationEvent event) {
    if (event instanceof AuthenticationSuccessEvent
        || event instanceof InteractiveAuthenticationSuccessEvent
        || event instanceof LogoutSuccessEvent) {
      var unused = identification.identify(event::getAuthentication, RequestScope.currentOrNull());
    }
  }
}
