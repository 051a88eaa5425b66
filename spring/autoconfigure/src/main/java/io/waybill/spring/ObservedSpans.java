package io.waybill.spring;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Who starts the spans: Micrometer, where it observes what our adapters do, or they. */
public final class ObservedSpans {
  private static final boolean HAS_MICROMETER =
      isPresent("io.micrometer.tracing.Tracer")
          && isPresent("io.micrometer.observation.ObservationRegistry");

  private ObservedSpans() {}

  private static boolean isPresent(String type) {
    return ClassUtils.isPresent(type, ObservedSpans.class.getClassLoader());
  }

  /**
   * Returns {@code waybill} for an adapter of what Spring observes: one that starts no spans where
   * Micrometer Tracing does.
   */
  public static Waybill of(Waybill waybill, ListableBeanFactory beans) {
    return areThere(beans) ? waybill.withSpans(SpanMode.NEVER) : waybill;
  }

  /**
   * Returns {@code waybill} as above, for what only the bean {@code observer} observes: without it
   * nobody else would start a span.
   */
  public static Waybill of(Waybill waybill, ListableBeanFactory beans, String observer) {
    return beans.containsBean(observer) ? of(waybill, beans) : waybill;
  }

  /** Returns whether Micrometer Tracing observes. */
  public static boolean areThere(ListableBeanFactory beans) {
    return HAS_MICROMETER && Micrometer.traces(beans);
  }

  /** Apart, so that nothing is linked that is not there. */
  private static final class Micrometer {
    static boolean traces(ListableBeanFactory beans) {
      return beans.getBeanNamesForType(ObservationRegistry.class).length > 0
          && beans.getBeanProvider(Tracer.class).stream().anyMatch(tracer -> tracer != Tracer.NOOP);
    }
  }
}
