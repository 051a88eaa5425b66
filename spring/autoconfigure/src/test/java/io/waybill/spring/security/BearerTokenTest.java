package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.waybill.RequestScope;
import io.waybill.spring.Spans;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Requests with a JWT, as Spring Security's resource server takes them. */
class BearerTokenTest {
  private static final SecretKeySpec KEY =
      new SecretKeySpec(
          "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

  private static ConfigurableApplicationContext application;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Who.class)
  static class Server {
    @Bean
    JwtDecoder decoder() {
      return NimbusJwtDecoder.withSecretKey(KEY).build();
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
          .build();
    }

    @RestController
    static class Pages {
      @GetMapping("/who")
      String who() {
        return String.valueOf(RequestScope.current().get(Who.USER));
      }
    }
  }

  @BeforeAll
  static void start() {
    application = new SpringApplicationBuilder(Server.class).properties(Spans.PROPERTIES).run();
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  private static String token(String user, Instant expires) throws Exception {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder().subject(user).expirationTime(Date.from(expires)).build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    token.sign(new MACSigner(KEY));
    return token.serialize();
  }

  private static HttpResponse<String> who(String token) throws Exception {
    return Web.of(application).get("/who", "authorization", "Bearer " + token);
  }

  @Test
  void subject_isTheUser() throws Exception {
    Instant soon = Instant.now().plusSeconds(60);

    assertThat(who(token("anna", soon)).body()).isEqualTo("anna");
    assertThat(who(token("ben", soon)).body()).isEqualTo("ben");
  }

  @Test
  void tokenThatHasExpired_isNobodys() throws Exception {
    assertThat(who(token("anna", Instant.now().minusSeconds(600))).statusCode()).isEqualTo(401);
  }
}
