package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.RequestScope;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.spring.Spans;
import io.waybill.spring.security.Who.Seen;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Who requests are from in a WebFlux server, on a real port. */
class ReactiveIdentityTest {
  private static final int USERS = 1000;

  private static ConfigurableApplicationContext application;
  private static Web web;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Who.class)
  static class Server {
    /** Just inside ours, with what the request is at its end. */
    @Bean
    @Order(Integer.MIN_VALUE + 200)
    WebFilter ends(Who who) {
      return (exchange, chain) ->
          Mono.deferContextual(
              view ->
                  chain
                      .filter(exchange)
                      .doFinally(
                          signal ->
                              who.ended(
                                  exchange.getRequest().getPath().value(),
                                  status(exchange.getResponse().getStatusCode()),
                                  WaybillWebFlux.scopeOrNull(view))));
    }

    private static int status(org.springframework.http.@Nullable HttpStatusCode code) {
      return code == null ? 200 : code.value();
    }

    @RestController
    static class Pages {
      @GetMapping({"/who", "/open/who", "/admin"})
      Mono<String> who() {
        return Mono.fromCallable(() -> String.valueOf(RequestScope.current().get(Who.USER)))
            .subscribeOn(Schedulers.boundedElastic());
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Chain {
    @Bean
    ReactiveAuthenticationManager users() {
      return asked ->
          ("pw-" + asked.getName()).equals(asked.getCredentials())
              ? Mono.just(authenticated(asked.getName()))
              : Mono.error(new BadCredentialsException("wrong"));
    }

    private static Authentication authenticated(String name) {
      return UsernamePasswordAuthenticationToken.authenticated(
          name, "", AuthorityUtils.createAuthorityList("ROLE_USER"));
    }

    /** Answers with a token, and keeps no session. */
    @Bean
    @Order(1)
    SecurityWebFilterChain tokens(ServerHttpSecurity http) {
      return http.securityMatcher(new PathPatternParserServerWebExchangeMatcher("/token"))
          .csrf(ServerHttpSecurity.CsrfSpec::disable)
          .formLogin(
              form ->
                  form.requiresAuthenticationMatcher(
                          new PathPatternParserServerWebExchangeMatcher("/token"))
                      .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                      .authenticationSuccessHandler(
                          (exchange, who) -> {
                            var response = exchange.getExchange().getResponse();
                            byte[] token = who.getName().getBytes(StandardCharsets.UTF_8);
                            return response.writeWith(
                                Mono.just(response.bufferFactory().wrap(token)));
                          }))
          .build();
    }

    @Bean
    @Order(2)
    SecurityWebFilterChain chain(ServerHttpSecurity http) {
      return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
          .authorizeExchange(
              rules ->
                  rules
                      .pathMatchers("/open/**")
                      .permitAll()
                      .pathMatchers("/admin")
                      .hasRole("ADMIN")
                      .anyExchange()
                      .authenticated())
          .formLogin(Customizer.withDefaults())
          .httpBasic(Customizer.withDefaults())
          .addFilterAt(bearer(), SecurityWebFiltersOrder.AUTHENTICATION)
          .build();
    }

    private static WebFilter bearer() {
      return (exchange, chain) -> {
        String token = exchange.getRequest().getHeaders().getFirst("authorization");
        return token == null || !token.startsWith("Bearer ")
            ? chain.filter(exchange)
            : chain
                .filter(exchange)
                .contextWrite(
                    ReactiveSecurityContextHolder.withAuthentication(
                        authenticated(token.substring("Bearer ".length()))));
      };
    }
  }

  static ConfigurableApplicationContext start(Class<?>... sources) {
    return new SpringApplicationBuilder(sources)
        .web(WebApplicationType.REACTIVE)
        .properties(Spans.PROPERTIES)
        .properties(
            Map.of("spring.security.user.name", "ian", "spring.security.user.password", "pw-ian"))
        .run();
  }

  @BeforeAll
  static void start() {
    application = start(Server.class, Chain.class);
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
    assertThat(web.post("/logout", "", "cookie", session).statusCode()).isEqualTo(302);
    assertThat(seen()).isEqualTo(new Seen("/logout", 302, "ada"));
  }

  @Test
  void logIn_thatAnswersWithToken_identifiesItself() throws Exception {
    assertThat(web.post("/token", "username=bob&password=pw-bob").body()).isEqualTo("bob");
    assertThat(seen()).isEqualTo(new Seen("/token", 200, "bob"));
  }

  @Test
  void basic_andBearer_identify() throws Exception {
    assertThat(web.get("/who", "authorization", Web.basic("cyd")).body()).isEqualTo("cyd");
    assertThat(seen().user()).isEqualTo("cyd");
    assertThat(web.get("/who", "authorization", "Bearer dan").body()).isEqualTo("dan");
    assertThat(seen().user()).isEqualTo("dan");
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
    web.get("/who");
    assertThat(seen().user()).isNull();
    web.logIn("fay", "wrong");
    assertThat(seen().user()).isNull();
  }

  @Test
  void refusedValue_goesOnWithout() throws Exception {
    String session = web.logIn("x".repeat(21));
    assertThat(seen()).isEqualTo(new Seen("/login", 302, null));
    assertThat(web.get("/who", "cookie", session).body()).isEqualTo("null");
    assertThat(seen()).isEqualTo(new Seen("/who", 200, null));
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
}
