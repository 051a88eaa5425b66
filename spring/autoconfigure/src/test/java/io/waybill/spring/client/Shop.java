package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;

/** Our own server, which the policy names, and a third party, which it does not. */
final class Shop implements AutoCloseable {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(128));
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());
  static final LocalField<String> TOKEN = LocalField.secret("token");

  final TestTelemetry telemetry = TestTelemetry.create();
  final AtomicInteger renewals = new AtomicInteger();
  final Recorder own = new Recorder(this::answer);
  final Recorder other = new Recorder(this::answer);

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/away" -> Recorder.redirect(exchange, 307, other.origin() + "/end");
      case "/found" -> Recorder.redirect(exchange, 302, other.origin() + "/end");
      case "/round" -> Recorder.redirect(exchange, 302, other.origin() + "/back");
      case "/back" -> Recorder.redirect(exchange, 302, own.origin() + "/end");
      case "/within" -> Recorder.redirect(exchange, 302, "/end");
      case "/again" -> Recorder.redirect(exchange, 307, "/end");
      case "/for-ever" -> Recorder.redirect(exchange, 302, "/for-ever");
      case "/nowhere" -> Recorder.redirect(exchange, 302, "ftp://files.example/secret");
      case "/fresh" -> fresh(exchange);
      default -> Recorder.status(exchange, 200, "fine");
    }
  }

  private static void fresh(HttpExchange exchange) throws IOException {
    // Without it, Jetty's client takes a 401 for a violation.
    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    boolean isOld = "Bearer old".equals(exchange.getRequestHeaders().getFirst("authorization"));
    Recorder.status(exchange, isOld ? 401 : 200, isOld ? "who are you?" : "fine");
  }

  /** Returns {@code runner} with the beans and properties of an application that calls these. */
  @SuppressWarnings({"rawtypes", "unchecked"})
  <R extends AbstractApplicationContextRunner> R set(R runner) {
    Supplier<OpenTelemetry> openTelemetry = telemetry::openTelemetry;
    Supplier<BaggageField> user = () -> USER;
    Supplier<BaggageField> plan = () -> PLAN;
    Supplier<LocalField> token = () -> TOKEN;
    Supplier<Credential> credential = this::credential;
    return (R)
        runner
            .withBean(OpenTelemetry.class, openTelemetry)
            .withBean("user", BaggageField.class, user)
            .withBean("plan", BaggageField.class, plan)
            .withBean("token", LocalField.class, token)
            .withBean("credential", Credential.class, credential)
            .withPropertyValues(
                "waybill.destinations[0].url=" + own.origin(), "waybill.destinations[0].zone=own");
  }

  private Credential<?> credential() {
    return Credential.bearer(TOKEN, (String token) -> token)
        .to(own.origin())
        .plaintext()
        .renew(old -> "fresh-" + renewals.incrementAndGet());
  }

  /** Calls {@code task} in a request of one user. */
  static <T> T as(BeanFactory beans, String user, Callable<T> task) {
    try {
      return beans
          .getBean(Waybill.class)
          .request()
          .with(USER, user)
          .with(PLAN, "gold")
          .call(
              () -> {
                RequestScope.current().set(TOKEN, "old");
                return task.call();
              });
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  static void assertHasRequest(Recorder.Seen seen) {
    assertThat(seen.lines("baggage")).as("%s", seen).hasSize(1);
    assertThat(seen.lines("baggage").get(0)).contains("user.id=u-1", "plan=gold");
    assertThat(seen.lines("authorization")).hasSize(1);
    assertThat(seen.lines("traceparent")).hasSize(1);
  }

  static void assertHasNothing(Recorder.Seen seen) {
    assertThat(seen.headers().entrySet().toString())
        .doesNotContainIgnoringCase("baggage")
        .doesNotContainIgnoringCase("authorization")
        .doesNotContainIgnoringCase("cookie")
        .doesNotContain("u-1", "gold", "old");
  }

  static List<String> authorizations(Recorder server) {
    return server.seen().stream().flatMap(seen -> seen.lines("authorization").stream()).toList();
  }

  @Override
  public void close() {
    own.close();
    other.close();
    telemetry.requireEachSpanEndedOnce();
    telemetry.close();
  }
}
