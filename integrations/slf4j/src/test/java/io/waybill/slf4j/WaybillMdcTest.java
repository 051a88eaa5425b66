package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Which request the lines are of. */
class WaybillMdcTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(TENANT).carry(PLAN).build();
  private final WaybillMdc mdc = WaybillMdc.install(ScopeFields.of(USER).as(PLAN, "tariff"));
  private final Written written =
      new Written("%msg user=%X{user.id} tariff=%X{tariff} mine=%X{mine} all=%X%n");

  @AfterEach
  void stop() {
    MDC.clear();
    mdc.close();
    written.close();
  }

  @Test
  void event_showsChosenFieldsUnderChosenNames() {
    waybill
        .request()
        .with(USER, "u-1")
        .with(TENANT, "t-1")
        .with(PLAN, "gold")
        .run(() -> log("inside"));

    assertThat(written.lines()).hasSize(1);
    assertThat(written.lines().get(0))
        .startsWith("inside user=u-1 tariff=gold mine= all=")
        .doesNotContain("tenant.id", "t-1", "plan");
  }

  @Test
  void event_outsideShowsWhatWasThereBefore() {
    MDC.put("user.id", "theirs");
    MDC.put("mine", "1");
    log("before");
    waybill.request().with(USER, "u-1").run(() -> log("inside"));
    waybill.request().run(() -> log("nobody"));
    log("after");

    assertThat(shown())
        .containsExactly(
            "before user=theirs tariff= mine=1",
            "inside user=u-1 tariff= mine=1",
            "nobody user=theirs tariff= mine=1",
            "after user=theirs tariff= mine=1");
  }

  @Test
  void event_withoutAnyEntryOfTheApplication() {
    log("before");
    waybill.request().with(USER, "u-1").run(() -> log("inside"));
    log("after");

    assertThat(shown())
        .containsExactly(
            "before user= tariff= mine=",
            "inside user=u-1 tariff= mine=",
            "after user= tariff= mine=");
  }

  @Test
  void event_afterClearInside() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              MDC.clear();
              log("cleared");
            });

    assertThat(shown()).containsExactly("cleared user=u-1 tariff= mine=");
  }

  @Test
  void event_showsIdentifyFromThenOn() {
    waybill
        .request()
        .run(
            () -> {
              log("before");
              RequestScope.current().identify(USER, "u-1");
              log("known");
            });

    assertThat(shown())
        .containsExactly("before user= tariff= mine=", "known user=u-1 tariff= mine=");
  }

  @Test
  void event_showsWithInTheChildAlone() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              RequestScope.current().with(PLAN, "gold").run(() -> log("child"));
              RequestScope.current().with(PLAN, "blue").run(() -> log("sibling"));
              log("parent");
            });

    assertThat(shown())
        .containsExactly(
            "child user=u-1 tariff=gold mine=",
            "sibling user=u-1 tariff=blue mine=",
            "parent user=u-1 tariff= mine=");
  }

  @Test
  void event_onAnotherThreadAfterIdentify() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    CountDownLatch identified = new CountDownLatch(1);
    waybill
        .request()
        .<Void, Exception>call(
            () -> {
              Future<?> branch =
                  other.submit(
                      RequestScope.current()
                          .wrap(
                              () -> {
                                identified.await();
                                log("branch");
                                return null;
                              }));
              RequestScope.current().identify(USER, "u-1");
              identified.countDown();
              branch.get();
              return null;
            });
    other.submit(() -> log("outside")).get();
    other.shutdown();

    assertThat(shown())
        .containsExactly("branch user=u-1 tariff= mine=", "outside user= tariff= mine=");
  }

  /** Logback reads the MDC late, but before the event goes to another thread. */
  @Test
  void event_writtenLaterByAnotherThread() {
    ListAppender<ILoggingEvent> later = new ListAppender<>();
    AsyncAppender async = new AsyncAppender();
    async.setContext(written.logger.getLoggerContext());
    async.setMaxFlushTime(0); // all that waits is written before stop() returns
    async.addAppender(later);
    later.start();
    async.start();
    written.logger.addAppender(async);
    waybill.request().with(USER, "u-1").run(() -> log("first"));
    waybill.request().with(USER, "u-2").run(() -> log("second"));
    written.logger.detachAppender(async);
    async.stop();

    assertThat(later.list)
        .extracting(event -> event.getMDCPropertyMap().get("user.id"))
        .containsExactly("u-1", "u-2");
  }

  @Test
  void events_ofTwoRequestsTakingTurns() throws Exception {
    int lines = 50;
    CyclicBarrier turn = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Future<?> first = threads.submit(() -> logInTurns("u-1", lines, turn));
    Future<?> second = threads.submit(() -> logInTurns("u-2", lines, turn));
    first.get();
    second.get();
    threads.shutdown();

    assertThat(shown())
        .hasSize(2 * lines)
        .allMatch(line -> line.matches("(u-[12]) user=\\1 tariff= mine=\\1"));
  }

  /** Both log at once, again and again; the thread's own entry is there as well. */
  private Void logInTurns(String user, int lines, CyclicBarrier turn) throws Exception {
    MDC.put("mine", user);
    for (int i = 0; i < lines; i++) {
      turn.await();
      waybill.request().with(USER, user).run(() -> log(user));
    }
    return null;
  }

  private void log(String message) {
    written.logger.info(message);
  }

  /** Returns the lines without the whole MDC, whose order is not ours. */
  private List<String> shown() {
    return written.lines().stream().map(line -> line.replaceFirst(" all=.*", "")).toList();
  }
}
