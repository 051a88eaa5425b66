package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Apart: Reactor Netty's servers of one JVM end together. */
class ReactiveDefaultsTest {
  @Test
  void chainOfBoot_identifies() throws Exception {
    try (var boots = ReactiveIdentityTest.start(ReactiveIdentityTest.Server.class)) {
      assertThat(Web.of(boots).get("/who", "authorization", Web.basic("ian")).body())
          .isEqualTo("ian");
    }
  }
}
