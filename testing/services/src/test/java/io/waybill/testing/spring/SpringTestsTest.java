package io.waybill.testing.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** Tests that succeed and fail, run inside of these. */
class SpringTestsTest {
  private static final BaggageField<Long> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.int64());

  @Configuration(proxyBeanMethods = false)
  static class Strict {
    @Bean
    Waybill waybill() {
      return Waybill.builder(OpenTelemetry.noop())
          .carry(TENANT)
          .leakDetection(LeakDetection.STRICT)
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Sampled {
    @Bean
    Waybill waybill() {
      return Waybill.builder(OpenTelemetry.noop()).build();
    }
  }

  @SpringJUnitConfig(Strict.class)
  @WithRequest("tenant.id=7")
  @NoOpenRequests
  static class Right {
    @Test
    void isInRequest() {
      assertThat(RequestScope.current().get(TENANT)).isEqualTo(7);
    }

    @Nested
    class Inner {
      @Test
      void isInRequestOfOuter() {
        assertThat(RequestScope.current().get(TENANT)).isEqualTo(7);
      }
    }
  }

  @SpringJUnitConfig(Strict.class)
  static class Wrong {
    @Test
    @WithRequest("plan=gold")
    void undeclared() {}

    @Test
    @WithRequest("tenant.id=secret")
    void refused() {}

    @Test
    @WithRequest("tenant.id")
    void withoutValue() {}
  }

  @SpringJUnitConfig(Strict.class)
  @NoOpenRequests
  static class Slow {
    @Autowired private Waybill waybill;

    @Test
    void endsLater() {
      CompletableFuture<Void> done = new CompletableFuture<>();
      var unused = waybill.request().callAsync(() -> done);
      new Thread(() -> done.complete(null)).start();
    }
  }

  @SpringJUnitConfig(Strict.class)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  @DirtiesContext // else all others that share it would have it open
  @NoOpenRequests
  static class Open {
    private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();
    @Autowired private Waybill waybill;

    @Test
    @Order(1)
    void neverEnds() {
      var unused = waybill.request().callAsync(() -> NEVER);
    }

    @Test
    @Order(2)
    void isNotToldAgain() {}
  }

  @SpringJUnitConfig(Sampled.class)
  @NoOpenRequests
  static class NotStrict {
    @Test
    void isNotLookedAt() {}
  }

  private static Events run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
  }

  private static String failures(Class<?> tests) {
    StringBuilder all = new StringBuilder();
    run(tests).failed().stream()
        .map(event -> String.valueOf(event.getPayload().orElseThrow()))
        .forEach(all::append);
    return all.toString();
  }

  @Test
  void withRequest_isInOne() {
    run(Right.class).assertStatistics(events -> events.started(2).succeeded(2));
  }

  @Test
  void withRequest_fails_withoutValues() {
    assertThat(failures(Wrong.class))
        .contains(
            "\"plan\" (expected: a field that is declared, one of request.id, tenant.id)",
            "tenant.id has a text that its codec refuses (expected: ",
            "\"tenant.id\" (expected: a name, \"=\" and the text of a value)")
        .doesNotContain("secret");
  }

  @Test
  void noOpenRequests_waits() {
    run(Slow.class).assertStatistics(events -> events.succeeded(1));
  }

  @Test
  void noOpenRequests_fails() {
    assertThat(failures(Open.class))
        .contains("neverEnds() leaves requests open")
        .doesNotContain("isNotToldAgain");
    assertThat(failures(NotStrict.class)).contains("expected: STRICT");
  }
}
