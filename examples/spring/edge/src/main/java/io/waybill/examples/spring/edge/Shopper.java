package io.waybill.examples.spring.edge;

import java.util.Collection;
import java.util.List;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * Who has logged in.
 *
 * @param tenant the company
 * @param user the user, who is one in that company
 */
record Shopper(String tenant, String user) implements UserDetails {
  /** Everybody's: a password that costs nothing to check, as this measures something else. */
  private static final String PASSWORD = "{noop}open";

  /** Returns who logs in by {@code name}, such as {@code acme/u-ann}. */
  static Shopper named(String name) {
    String[] parts = name.split("/", -1);
    if (parts.length != 2) {
      throw new UsernameNotFoundException("expected: TENANT/USER");
    }
    return new Shopper(parts[0], parts[1]);
  }

  @Override
  public String getUsername() {
    return tenant + "/" + user;
  }

  @Override
  public String getPassword() {
    return PASSWORD;
  }

  @Override
  public Collection<GrantedAuthority> getAuthorities() {
    return List.of();
  }
}
