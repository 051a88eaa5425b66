package io.waybill.slf4j;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.slf4j.MDC;
import org.slf4j.spi.MDCAdapter;

/**
 * The adapter behind {@code org.slf4j.MDC}. SLF4J has a method to set it, but not a public one. See
 * {@code RATIONALE.md}, "How does {@code MDC.get} come to answer?".
 */
final class CallerMdc {
  private CallerMdc() {}

  /** Returns the adapter that {@code MDC} calls. */
  static MDCAdapter adapter() {
    return MDC.getMDCAdapter();
  }

  /** Makes {@code MDC} call {@code adapter}, where this SLF4J lets us; events don't need it. */
  static void set(MDCAdapter adapter) {
    try {
      Method setter = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
      if (setter.trySetAccessible()) {
        setter.invoke(null, adapter);
      }
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      // An SLF4J before 2.0.17, or another one to come: MDC.get answers from the application alone.
    }
  }
}
