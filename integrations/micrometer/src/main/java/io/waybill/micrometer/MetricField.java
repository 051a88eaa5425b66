package io.waybill.micrometer;

import io.micrometer.common.KeyValue;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A field on metrics: always there, since a meter has the same tags each time, and with no more
 * values than its rule says.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class MetricField {
  private static final String OTHER = "_other";

  private final String name;
  private final ScopeFields field;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final AtomicInteger left;

  MetricField(BaggageField<?> field, int most) {
    this.name = field.name();
    this.field = ScopeFields.of(field);
    this.left = new AtomicInteger(most);
  }

  String name() {
    return name;
  }

  /** Returns what metrics show of the field in {@code scope}. */
  String shownOf(@Nullable RequestScope scope) {
    String[] shown = {KeyValue.NONE_VALUE};
    if (scope != null) {
      field.forEach(scope, (name, text) -> shown[0] = isOneOfFew(text) ? text : OTHER);
    }
    return shown[0];
  }

  private boolean isOneOfFew(String text) {
    return known.contains(text) || (left.getAndUpdate(MetricField::less) > 0 && isNew(text));
  }

  private boolean isNew(String text) {
    if (!known.add(text)) {
      left.incrementAndGet();
    }
    return true;
  }

  private static int less(int left) {
    return Math.max(left - 1, 0);
  }
}
