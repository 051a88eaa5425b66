package io.waybill.examples.spring.edge;

import static io.waybill.examples.spring.ShopFields.TENANT;
import static io.waybill.examples.spring.ShopFields.USER;

import io.waybill.examples.spring.Seen;
import io.waybill.spring.WaybillIdentity;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

/** Who may come in: whoever has logged in by the form. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Shop.class)
class Access {
  /** Where a browser finds what the log-in itself saw; a real one would not tell. */
  static final String SEEN = "x-seen";

  @Bean
  UserDetailsService shoppers() {
    return Shopper::named;
  }

  @Bean
  WaybillIdentity identity() {
    return (authentication, request) -> {
      if (authentication.getPrincipal() instanceof Shopper shopper) {
        request.identify(USER, shopper.user());
        request.identify(TENANT, shopper.tenant());
      }
    };
  }

  @Bean
  SecurityFilterChain chain(HttpSecurity http, Billing billing) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(form -> form.successHandler(welcome(billing)))
        .build();
  }

  /** Opens the account in billing, in the request that logs in. */
  private static AuthenticationSuccessHandler welcome(Billing billing) {
    return (request, response, authentication) -> {
      long id = Long.parseLong(request.getParameter("number"));
      List<String> account = billing.account(id);
      String seen =
          Stream.concat(Stream.of(Seen.by("edge", id)), account.stream())
              .collect(Collectors.joining(";"));
      response.setHeader(SEEN, seen);
      response.sendRedirect("/checkout/" + id);
    };
  }
}
