package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.RequestScope;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.spring.Spans;
import io.waybill.spring.security.Who.Seen;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Who requests are from in a server of Spring MVC, on a real port. */
class ServletIdentityTest {
  private static final int USERS = 1000;

  private static ConfigurableApplicationContext application;
  private static Web web;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Who.class)
  static class Server {
    @Bean
    FilterRegistrationBean<Filter> ends(Who who) {
      FilterRegistrationBean<Filter> ends =
          new FilterRegistrationBean<>(
              (request, response, chain) -> {
                chain.doFilter(request, response);
                who.ended(
                    ((HttpServletRequest) request).getRequestURI(),
                    ((HttpServletResponse) response).getStatus(),
                    (RequestScope) request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE));
              });
      ends.setOrder(Ordered.HIGHEST_PRECEDENCE);
      ends.setDispatcherTypes(DispatcherType.REQUEST);
      return ends;
    }

    @RestController
    record Pages(ApplicationEventPublisher events) {
      @GetMapping({"/who", "/open/who", "/admin"})
      String who() {
        return String.valueOf(RequestScope.current().get(Who.USER));
      }

      @GetMapping("/reactor")
      Mono<String> reactor() {
        return Mono.fromCallable(this::who).subscribeOn(Schedulers.boundedElastic());
      }

      @GetMapping("/blocking")
      String blocking() {
        return String.valueOf(
            Mono.delay(Duration.ofMillis(1), Schedulers.parallel()).map(n -> who()).block());
      }

      @GetMapping("/other")
      String other() {
        events.publishEvent(new AuthenticationSuccessEvent(Chain.authenticated("hal")));
        return who();
      }

      @GetMapping("/later")
      DeferredResult<String> later() {
        DeferredResult<String> later = new DeferredResult<>();
        new Thread(() -> later.setResult("later")).start();
        return later;
      }
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Chain {
    @Bean
    AuthenticationProvider users() {
      return new AuthenticationProvider() {
        @Override
        public Authentication authenticate(Authentication asked) {
          if (!("pw-" + asked.getName()).equals(asked.getCredentials())) {
            throw new BadCredentialsException("wrong");
          }
          return authenticated(asked.getName());
        }

        @Override
        public boolean supports(Class<?> type) {
          return type == UsernamePasswordAuthenticationToken.class;
        }
      };
    }

    private static Authentication authenticated(String name) {
      return UsernamePasswordAuthenticationToken.authenticated(
          name, "", AuthorityUtils.createAuthorityList("ROLE_USER"));
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
      return http.csrf(csrf -> csrf.disable())
          .authorizeHttpRequests(
              rules ->
                  rules
                      .requestMatchers("/open/**")
                      .permitAll()
                      .requestMatchers("/admin")
                      .hasRole("ADMIN")
                      .anyRequest()
                      .authenticated())
          .formLogin(Customizer.withDefaults())
          .httpBasic(Customizer.withDefaults())
          .addFilterBefore(bearer(), AuthorizationFilter.class)
          .build();
    }

    /** As many write it, and as late as it may come. */
    private static Filter bearer() {
      return (request, response, chain) -> {
        String token = ((HttpServletRequest) request).getHeader("authorization");
        if (token != null && token.startsWith("Bearer ")) {
          SecurityContextHolder.setContext(
              new SecurityContextImpl(authenticated(token.substring("Bearer ".length()))));
        }
        chain.doFilter(request, response);
      };
    }
  }

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(Server.class, Chain.class).properties(Spans.PROPERTIES).run();
    web = Web.of(application);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  private static Seen seen() throws InterruptedException {
    return application.getBean(Who.class).next();
  }

  @Test
  void formLogIn_identifiesItself_andWhatFollows() throws Exception {
    String session = web.logIn("ada");
    assertThat(seen()).isEqualTo(new Seen("/login", 302, "ada"));

    assertThat(web.get("/who", "cookie", session).body()).isEqualTo("ada");
    assertThat(seen().user()).isEqualTo("ada");
    assertThat(web.get("/open/who", "cookie", session).body()).isEqualTo("ada");
    assertThat(seen().user()).isEqualTo("ada");
    assertThat(web.get("/later", "cookie", session).body()).isEqualTo("later");
    assertThat(seen().user()).isEqualTo("ada");
  }

  @Test
  void logOut_isStillTheirs() throws Exception {
    String session = web.logIn("bob");
    assertThat(seen().user()).isEqualTo("bob");

    assertThat(web.post("/logout", "", "cookie", session).statusCode()).isEqualTo(204);
    assertThat(seen()).isEqualTo(new Seen("/logout", 204, "bob"));
    web.get("/who", "cookie", session);
    assertThat(seen().user()).isNull();
  }

  @Test
  void basic_andBearer_identify() throws Exception {
    assertThat(web.get("/who", "authorization", Web.basic("cyd")).body()).isEqualTo("cyd");
    assertThat(seen().user()).isEqualTo("cyd");
    assertThat(web.get("/who", "authorization", "Bearer dan").body()).isEqualTo("dan");
    assertThat(seen().user()).isEqualTo("dan");
  }

  @Test
  void chainsOfReactor_areOfTheRequest() throws Exception {
    assertThat(web.get("/reactor", "authorization", "Bearer eve").body()).isEqualTo("eve");
    assertThat(seen().user()).isEqualTo("eve");
    assertThat(web.get("/blocking", "authorization", "Bearer fay").body()).isEqualTo("fay");
    assertThat(seen().user()).isEqualTo("fay");
  }

  @Test
  void denied_hasUser() throws Exception {
    assertThat(web.get("/admin", "authorization", "Bearer eve").statusCode()).isEqualTo(403);
    assertThat(seen()).isEqualTo(new Seen("/admin", 403, "eve"));
  }

  @Test
  void anonymous_andFailedLogIn_haveNone() throws Exception {
    assertThat(web.get("/open/who").body()).isEqualTo("null");
    assertThat(seen().user()).isNull();
    assertThat(web.get("/who", "accept", "text/plain").statusCode()).isIn(302, 401);
    assertThat(seen().user()).isNull();
    web.logIn("fay", "wrong");
    assertThat(seen()).isEqualTo(new Seen("/login", 302, null));
  }

  @Test
  void refusedValue_goesOnWithout() throws Exception {
    String tooLong = "x".repeat(21);
    String session = web.logIn(tooLong);
    assertThat(seen()).isEqualTo(new Seen("/login", 302, null));
    assertThat(web.get("/who", "cookie", session).body()).isEqualTo("null");
    assertThat(seen()).isEqualTo(new Seen("/who", 200, null));
  }

  /** As by a page that asks for the password of another account. */
  @Test
  void secondUser_inOneRequest_goesOnAsTheFirst() throws Exception {
    assertThat(web.get("/other", "authorization", "Bearer gus").body()).isEqualTo("gus");
    assertThat(seen()).isEqualTo(new Seen("/other", 200, "gus"));
  }

  @Test
  void concurrentLogIns_areNotMixedUp() throws Exception {
    ExecutorService browsers = Executors.newFixedThreadPool(32);
    try {
      List<Callable<String>> visits =
          IntStream.range(0, USERS)
              .<Callable<String>>mapToObj(
                  n ->
                      () -> {
                        String session = web.logIn("user-" + n);
                        return web.get("/who", "cookie", session).body();
                      })
              .toList();
      List<Future<String>> answers = browsers.invokeAll(visits);
      for (int n = 0; n < USERS; n++) {
        assertThat(answers.get(n).get()).isEqualTo("user-" + n);
      }
    } finally {
      browsers.shutdownNow();
    }
    Map<String, Integer> requests = new HashMap<>();
    for (int n = 0; n < 2 * USERS; n++) {
      requests.merge(String.valueOf(seen().user()), 1, Integer::sum);
    }
    assertThat(requests).hasSize(USERS).allSatisfy((user, count) -> assertThat(count).isEqualTo(2));
  }

  @Test
  void chainOfBoot_identifies() throws Exception {
    try (var boots =
        new SpringApplicationBuilder(Server.class)
            .properties(Spans.PROPERTIES)
            .properties(
                Map.of(
                    "spring.security.user.name", "ian", "spring.security.user.password", "pw-ian"))
            .run()) {
      assertThat(Web.of(boots).get("/who", "authorization", Web.basic("ian")).body())
          .isEqualTo("ian");
    }
  }
}
