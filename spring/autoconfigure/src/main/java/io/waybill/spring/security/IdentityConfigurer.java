package io.waybill.spring.security;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/**
 * Adds the filter when a chain is built, so that it stands behind the filters that the application
 * has added: of those in the same place, the one added last is the last.
 */
final class IdentityConfigurer extends AbstractHttpConfigurer<IdentityConfigurer, HttpSecurity> {
  private final Identification identification;

  IdentityConfigurer(Identification identification) {
    this.identification = identification;
  }

  @Override
  public void configure(HttpSecurity http) {
    http.addFilterBefore(
        new IdentityFilter(identification, getSecurityContextHolderStrategy()),
        AuthorizationFilter.class);
  }
}
