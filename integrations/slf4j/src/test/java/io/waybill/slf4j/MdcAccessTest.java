package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What code gets that asks {@code org.slf4j.MDC} itself, and what it can't spoil. */
class MdcAccessTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final WaybillMdc mdc = WaybillMdc.install(USER);

  @AfterEach
  void stop() {
    MDC.clear();
    mdc.close();
  }

  @Test
  void get_insideAndOutside() {
    assertThat(MDC.get("user.id")).isNull();
    asUser("u-1", () -> assertThat(MDC.get("user.id")).isEqualTo("u-1"));
    assertThat(MDC.get("user.id")).isNull();
  }

  @Test
  void get_winsOverTheApplicationWhileThereIsAValue() {
    MDC.put("user.id", "theirs");
    waybill
        .request()
        .run(
            () -> {
              assertThat(MDC.get("user.id")).isEqualTo("theirs");
              RequestScope.current().identify(USER, "u-1");
              assertThat(MDC.get("user.id")).isEqualTo("u-1");
            });

    assertThat(MDC.get("user.id")).isEqualTo("theirs");
  }

  @Test
  void get_ofWhatTheApplicationPutInside() {
    asUser("u-1", () -> MDC.put("user.id", "theirs"));

    assertThat(MDC.get("user.id")).isEqualTo("theirs");
  }

  @Test
  void get_ofOtherKeys() {
    MDC.put("mine", "1");

    asUser("u-1", () -> assertThat(MDC.get("mine")).isEqualTo("1"));
  }

  @Test
  void get_isEscaped() {
    asUser("a\nb", () -> assertThat(MDC.get("user.id")).isEqualTo("a\\u000ab"));
  }

  @Test
  void get_onAnotherThread() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    String seen =
        waybill
            .request()
            .with(USER, "u-1")
            .<String, Exception>call(
                () -> other.submit(RequestScope.current().wrap(() -> MDC.get("user.id"))).get());
    String left = other.submit(() -> MDC.get("user.id")).get();
    other.shutdown();

    assertThat(seen).isEqualTo("u-1");
    assertThat(left).isNull();
  }

  /** As Brave and many filters do: what was there is kept aside, and put back. */
  @Test
  void put_backWhatGetAnsweredLeavesNothingOnTheThread() {
    asUser(
        "u-1",
        () -> {
          String before = MDC.get("user.id");
          MDC.put("user.id", "batch");
          MDC.put("user.id", before);
        });

    assertThat(MDC.get("user.id")).isNull();
  }

  /** As many executors do: the map of the caller is set on the thread of a pool. */
  @Test
  void copy_setOnAnotherThreadHoldsNoValueOfTheRequest() {
    MDC.put("mine", "1");
    asUser("u-1", () -> MDC.setContextMap(MDC.getCopyOfContextMap()));

    assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("mine", "1"));
    assertThat(MDC.get("user.id")).isNull();
  }

  @Test
  void removeAndStacks_areTheApplications() {
    asUser(
        "u-1",
        () -> {
          MDC.put("mine", "1");
          MDC.remove("mine");
          MDC.remove("user.id");
          MDC.pushByKey("stack", "a");
          MDC.pushByKey("stack", "b");

          assertThat(MDC.getMDCAdapter().getCopyOfDequeByKey("stack")).containsExactly("b", "a");
          assertThat(MDC.popByKey("stack")).isEqualTo("b");
          MDC.getMDCAdapter().clearDequeByKey("stack");
          assertThat(MDC.getMDCAdapter().getCopyOfDequeByKey("stack")).isEmpty();
          assertThat(MDC.get("mine")).isNull();
          assertThat(MDC.get("user.id")).isEqualTo("u-1");
        });
  }

  private void asUser(String user, Runnable task) {
    waybill.request().with(USER, user).run(task);
  }
}
