package io.waybill.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Shown;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fields of a request on its observations. A handler, to see which request an observation
 * is of, and a filter, to show what is known of it when it stops.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class FieldKeyValues implements ObservationHandler<Context>, ObservationFilter {
  private final List<MetricField> low = new ArrayList<>();
  private final List<ScopeFields> high = new ArrayList<>();

  FieldKeyValues(Waybill waybill) {
    waybill.fields().forEach(this::add);
  }

  private void add(BaggageField<?> field, FieldRule rule) {
    if (rule.shown() == Shown.HIDDEN) {
      return;
    }
    if (rule.metricValues() > 0) {
      low.add(new MetricField(field, rule.metricValues()));
    } else if (rule.isOnSpans()) {
      high.add(ScopeFields.of(field));
    }
  }

  @Override
  public boolean supportsContext(Context context) {
    return true;
  }

  @Override
  public void onStart(Context context) {
    remember(context, RequestScope.currentOrNull());
  }

  /** An observation may be started outside of any request, and be worked on in one. */
  @Override
  public void onScopeOpened(Context context) {
    remember(context, RequestScope.currentOrNull());
  }

  /** Has {@code context} be of the request of {@code scope}, unless it is of one already. */
  static void remember(Context context, @Nullable RequestScope scope) {
    if (scope != null) {
      context.computeIfAbsent(RequestScope.class, none -> scope);
    }
  }

  @Override
  public Context map(Context context) {
    RequestScope scope = context.get(RequestScope.class);
    for (MetricField field : low) {
      if (!isKnown(context, field.name())) {
        context.addLowCardinalityKeyValue(KeyValue.of(field.name(), field.shownOf(scope)));
      }
    }
    if (scope != null) {
      high.forEach(field -> field.forEach(scope, (name, text) -> addHigh(context, name, text)));
    }
    return context;
  }

  private static void addHigh(Context context, String name, String text) {
    if (!isKnown(context, name)) {
      context.addHighCardinalityKeyValue(KeyValue.of(name, text));
    }
  }

  /** What the application says itself stays. */
  private static boolean isKnown(Observation.ContextView context, String name) {
    return context.getLowCardinalityKeyValue(name) != null
        || context.getHighCardinalityKeyValue(name) != null;
  }
}
