package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusListener;
import ch.qos.logback.core.status.StatusManager;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.MDCAdapter;

/** Installed twice, closed in any order. */
class MdcInstallTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(PLAN).build();
  private final LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final MDCAdapter ofEvents = logback.getMDCAdapter();
  private final MDCAdapter ofCallers = MDC.getMDCAdapter();
  private final Written written = new Written("user=%X{user.id} plan=%X{plan}%n");

  @AfterEach
  void nothingOfOursIsLeft() {
    written.close();
    assertThat(logback.getMDCAdapter()).isSameAs(ofEvents);
    assertThat(MDC.getMDCAdapter()).isSameAs(ofCallers);
  }

  @Test
  void close_innerFirst() {
    WaybillMdc outer = WaybillMdc.install(USER);
    WaybillMdc inner = WaybillMdc.install(PLAN);

    assertThat(shown()).isEqualTo("user=u-1 plan=gold");
    inner.close();
    assertThat(shown()).isEqualTo("user=u-1 plan=");
    outer.close();
    assertThat(shown()).isEqualTo("user= plan=");
  }

  @Test
  void close_outerFirst() {
    WaybillMdc outer = WaybillMdc.install(USER);
    WaybillMdc inner = WaybillMdc.install(PLAN);

    outer.close();
    assertThat(shown()).isEqualTo("user= plan=gold");
    inner.close();
    assertThat(shown()).isEqualTo("user= plan=");
  }

  @Test
  void close_twiceBelowAnother() {
    WaybillMdc first = WaybillMdc.install(USER);
    first.close();
    WaybillMdc second = WaybillMdc.install(PLAN);
    first.close();

    assertThat(shown()).isEqualTo("user= plan=gold");
    second.close();
  }

  @Test
  void install_laterOneWinsAName() {
    WaybillMdc outer = WaybillMdc.install(USER);
    WaybillMdc inner = WaybillMdc.install(ScopeFields.of().as(PLAN, "user.id"));

    assertThat(shown()).isEqualTo("user=gold plan=");
    inner.close();
    assertThat(shown()).isEqualTo("user=u-1 plan=");
    outer.close();
  }

  /** Returns what a line shows; the MDC itself has to say the same. */
  private String shown() {
    int before = written.lines().size();
    waybill
        .request()
        .with(USER, "u-1")
        .with(PLAN, "gold")
        .run(
            () -> {
              written.logger.info("");
              assertThat(written.lines().get(before))
                  .isEqualTo("user=" + text("user.id") + " plan=" + text("plan"));
            });
    return written.lines().get(before);
  }

  private static String text(String key) {
    String value = MDC.get(key);
    return value == null ? "" : value;
  }

  /** Logback prints its warnings on stdout, at once or with its next configuration. */
  @Test
  void install_andClose_makeLogbackSayNothing() {
    StatusManager statuses = logback.getStatusManager();
    List<Status> said = new ArrayList<>();
    StatusListener listener = said::add;
    statuses.add(listener);
    try {
      WaybillMdc first = WaybillMdc.install(BaggageField.REQUEST_ID);
      WaybillMdc second = WaybillMdc.install(BaggageField.REQUEST_ID);
      first.close();
      second.close();
    } finally {
      statuses.remove(listener);
    }

    assertThat(said).isEmpty();
    assertThat(logback.getStatusManager()).isSameAs(statuses);
  }
}
