package io.waybill.slf4j;

import static java.util.Objects.requireNonNull;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.BasicStatusManager;
import ch.qos.logback.core.status.StatusManager;
import io.waybill.BaggageField;
import io.waybill.sdk.ScopeFields;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.MDCAdapter;

/**
 * Shows fields of the current request in Logback's MDC, under their names: {@code %X{user.id}} in a
 * pattern, on whatever thread the request runs.
 *
 * <pre>{@code
 * WaybillMdc.install(ScopeFields.of(BaggageField.REQUEST_ID, USER).as(TENANT, "customer"));
 * }</pre>
 *
 * <p><b>Shape.</b> A value is escaped so that it can't break a line: a line feed is {@code \}{@code
 * u000a}.
 *
 * <p><b>Absence.</b> Outside of a request, or for a field without a value, the MDC is what the
 * application made it. Its own entry of the same name is hidden while the field has a value, and
 * there again afterwards.
 *
 * <p><b>Code.</b> {@code MDC.get} answers as a line would, from SLF4J 2.0.17 on and on the class
 * path; {@code MDC.getCopyOfContextMap} is the application's own entries alone, which may be set on
 * any other thread.
 *
 * <p><b>Threading.</b> Install and close at set-up, by one thread at a time.
 */
public final class WaybillMdc implements AutoCloseable {
  private final LoggerContext logback;
  private final ScopeMdcAdapter ofEvents;
  private final ScopeMdcAdapter ofCallers;

  private WaybillMdc(LoggerContext logback, ScopeFields fields) {
    this.logback = logback;
    this.ofEvents = new EventMdcAdapter(logback.getMDCAdapter(), fields);
    this.ofCallers = new ScopeMdcAdapter(CallerMdc.adapter(), fields);
  }

  /**
   * Shows {@code fields} from now on, until the result is closed.
   *
   * @throws IllegalStateException if SLF4J is not bound to Logback
   */
  public static WaybillMdc install(BaggageField<?>... fields) {
    return install(ScopeFields.of(fields));
  }

  /**
   * Shows {@code fields} from now on, under the names chosen there, until the result is closed.
   * Where two installed ones show a field under the same name, the later one's is seen.
   *
   * @throws IllegalStateException if SLF4J is not bound to Logback
   */
  public static WaybillMdc install(ScopeFields fields) {
    requireNonNull(fields, "fields");
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext logback)) {
      throw new IllegalStateException(
          "SLF4J is bound to "
              + factory.getClass().getName()
              + " (expected: Logback; put logback-classic on the class path)");
    }
    WaybillMdc installed = new WaybillMdc(logback, fields);
    set(logback, installed.ofEvents);
    CallerMdc.set(installed.ofCallers);
    return installed;
  }

  /** Logback warns of a second adapter, and prints it with its next configuration: not here. */
  private static void set(LoggerContext logback, MDCAdapter adapter) {
    StatusManager theirs = logback.getStatusManager();
    logback.setStatusManager(new BasicStatusManager());
    try {
      logback.setMDCAdapter(adapter);
    } finally {
      logback.setStatusManager(theirs);
    }
  }

  /** Shows these fields no more, whatever was installed since. Again, it does nothing. */
  @Override
  public void close() {
    ofEvents.close();
    ofCallers.close();
    set(logback, ScopeMdcAdapter.withoutClosed(logback.getMDCAdapter()));
    CallerMdc.set(ScopeMdcAdapter.withoutClosed(CallerMdc.adapter()));
  }
}
