package io.waybill.log4j2;

import static java.util.Objects.requireNonNull;

import io.waybill.BaggageField;
import io.waybill.sdk.ScopeFields;
import java.util.ServiceLoader;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.util.ContextDataProvider;

/**
 * Shows fields of the current request in the context data of Log4j 2, under their names: {@code
 * %X{user.id}} in a pattern, on whatever thread the request runs.
 *
 * <pre>{@code
 * WaybillThreadContext.install(ScopeFields.of(BaggageField.REQUEST_ID, USER).as(TENANT, "customer"));
 * }</pre>
 *
 * <p><b>Shape.</b> A value is escaped so that it can't break a line: a line feed is {@code \}{@code
 * u000a}.
 *
 * <p><b>Absence.</b> Outside of a request, or for a field without a value, an event has what the
 * application put into its {@code ThreadContext}, which is never changed. Where both have a name,
 * the field is shown.
 *
 * <p><b>Threading.</b> Any thread. Asynchronous appenders and loggers show the scope of the thread
 * that logged.
 */
public final class WaybillThreadContext implements AutoCloseable {
  private final ScopeFields fields;

  private WaybillThreadContext(ScopeFields fields) {
    this.fields = fields;
  }

  /**
   * Shows {@code fields} from now on, until the result is closed.
   *
   * @throws IllegalStateException if Log4j Core is not what logs, or can't find this artifact
   */
  public static WaybillThreadContext install(BaggageField<?>... fields) {
    return install(ScopeFields.of(fields));
  }

  /**
   * Shows {@code fields} from now on, under the names chosen there, until the result is closed.
   * Where two installed ones show a field under the same name, the later one's is seen.
   *
   * @throws IllegalStateException if Log4j Core is not what logs, or can't find this artifact
   */
  public static WaybillThreadContext install(ScopeFields fields) {
    requireNonNull(fields, "fields");
    Object context = LogManager.getContext(false);
    if (!(context instanceof LoggerContext)) {
      throw new IllegalStateException(
          "Log4j logs through "
              + context.getClass().getName()
              + " (expected: Log4j Core; put log4j-core on the class path)");
    }
    requireFound(LoggerContext.class.getClassLoader());
    WaybillThreadContext installed = new WaybillThreadContext(fields);
    ScopeContextData.show(installed);
    return installed;
  }

  ScopeFields fields() {
    return fields;
  }

  /** Else nothing would ever be shown, and nobody told: one jar made of many may lack the file. */
  static void requireFound(ClassLoader ofLog4j) {
    boolean found =
        ServiceLoader.load(ContextDataProvider.class, ofLog4j).stream()
            .anyMatch(provider -> provider.type() == ScopeContextData.class);
    if (!found) {
      throw new IllegalStateException(
          "META-INF/services/"
              + ContextDataProvider.class.getName()
              + " does not name "
              + ScopeContextData.class.getName()
              + " for the class loader of Log4j Core"
              + " (expected: it does; merge such files where jars are made one)");
    }
  }

  /** Shows these fields no more, in whatever order. Again, it does nothing. */
  @Override
  public void close() {
    ScopeContextData.hide(this);
  }
}
