package io.waybill.slf4j;

import ch.qos.logback.classic.LoggerContext;
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
 * WaybillMdc.install(BaggageField.REQUEST_ID, USER, TENANT);
 * }</pre>
 *
 * <p><b>Shape.</b> A value is escaped so that it can't break a line: a line feed is {@code \}{@code
 * u000a}.
 *
 * <p><b>Absence.</b> Outside of a request, or for a field without a value, the MDC is what the
 * application made it. Its own entries are never changed.
 *
 * <p><b>Threading.</b> Install at set-up.
 */
public final class WaybillMdc implements AutoCloseable {
  private final LoggerContext logback;
  private final MDCAdapter before;

  private WaybillMdc(LoggerContext logback, MDCAdapter before) {
    this.logback = logback;
    this.before = before;
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
   *
   * @throws IllegalStateException if SLF4J is not bound to Logback
   */
  public static WaybillMdc install(ScopeFields fields) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext logback)) {
      throw new IllegalStateException(
          "SLF4J is bound to "
              + factory.getClass().getName()
              + " (expected: Logback; put logback-classic on the class path)");
    }
    MDCAdapter before = logback.getMDCAdapter();
    logback.setMDCAdapter(new ScopeMdcAdapter(before, fields));
    return new WaybillMdc(logback, before);
  }

  /** Shows no fields any more. */
  @Override
  public void close() {
    logback.setMDCAdapter(before);
  }
}
