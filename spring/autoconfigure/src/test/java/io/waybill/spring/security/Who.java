package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.spring.WaybillIdentity;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The requests of an application, by what is known at their end; and who they are from. */
@Configuration(proxyBeanMethods = false)
class Who {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(20));

  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

  record Seen(String path, int status, @Nullable String user) {}

  @Bean
  BaggageField<String> user() {
    return USER;
  }

  @Bean
  WaybillIdentity identity() {
    return (authentication, scope) -> {
      // What this throws, the request goes on without: tests then miss the user.
      assertThat(RequestScope.current().get(BaggageField.REQUEST_ID))
          .isEqualTo(scope.get(BaggageField.REQUEST_ID));
      scope.identify(USER, authentication.getName());
    };
  }

  void ended(String path, int status, @Nullable RequestScope scope) {
    seen.add(new Seen(path, status, scope == null ? "no request" : scope.get(USER)));
  }

  /** Returns the next that has ended; a client may have its answer before. */
  Seen next() throws InterruptedException {
    Seen next = seen.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request has ended");
    }
    return next;
  }
}
