package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.sdk.Waybill;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What BOUNDARIES.md says of log lines. */
class BoundariesTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final WaybillMdc mdc = WaybillMdc.install(USER);
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() throws InterruptedException {
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    mdc.close();
  }

  /** The MDC is read when a line is logged, the scope only where somebody asks for it. */
  @Test
  void asyncAppender_showsTheFields_andSeesNoRequest() {
    LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
    Asking asking = new Asking();
    AsyncAppender async = new AsyncAppender();
    async.setContext(logback);
    async.addAppender(asking);
    async.start();
    Logger logger = logback.getLogger("async");
    logger.setAdditive(false);
    logger.addAppender(async);
    asking.start();

    waybill.request().with(USER, "u-1").run(() -> logger.info("placed"));
    async.stop(); // Waits for what is queued.
    logger.detachAppender(async);

    assertThat(asking.seen).containsExactly("mdc u-1, scope null");
  }

  private static final class Asking extends AppenderBase<ILoggingEvent> {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      seen.add(
          "mdc "
              + event.getMDCPropertyMap().get("user.id")
              + ", scope "
              + RequestScope.currentOrNull());
    }
  }

  /** As Spring's {@code TaskDecorator} is often written. */
  @Test
  void decoratorThatCopiesTheMdc_carriesNoRequest() throws Exception {
    Callable<String> asked = () -> MDC.get("user.id") + " " + RequestScope.currentOrNull();

    String copied =
        waybill
            .request()
            .with(USER, "u-1")
            .call(() -> pool.submit(copyingMdc(asked)).get(30, TimeUnit.SECONDS));
    String wrapped =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () ->
                    ContextExecutors.wrap(pool)
                        .submit(copyingMdc(() -> MDC.get("user.id")))
                        .get(30, TimeUnit.SECONDS));

    assertThat(copied).isEqualTo("null null");
    assertThat(wrapped).isEqualTo("u-1");
  }

  private static <V> Callable<V> copyingMdc(Callable<V> task) {
    Map<String, String> copy = MDC.getCopyOfContextMap();
    return () -> {
      MDC.setContextMap(copy == null ? Map.of() : copy);
      try {
        return task.call();
      } finally {
        MDC.clear();
      }
    };
  }
}
