package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.telemetry.LogText;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fields of requests to show somewhere, each under its name or another one: for adapters of logs,
 * spans and metrics.
 *
 * <pre>{@code
 * ScopeFields.of(REQUEST_ID, USER).as(TENANT, "customer")
 * }</pre>
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class ScopeFields {
  private static final ScopeFields DECLARED = new ScopeFields(null);

  // Null is all that are declared.
  private final Named @Nullable [] shown;

  private record Named(BaggageField<?> field, AttributeKey<String> key) {}

  private ScopeFields(Named @Nullable [] shown) {
    this.shown = shown;
  }

  /** Returns the fields that the set-up of each request declares, each under its own name. */
  public static ScopeFields declared() {
    return DECLARED;
  }

  /** Returns {@code fields}, each under its own name. */
  public static ScopeFields of(BaggageField<?>... fields) {
    ScopeFields all = new ScopeFields(new Named[0]);
    for (BaggageField<?> field : fields) {
      all = all.as(field, field.name());
    }
    return all;
  }

  /**
   * Returns these fields and {@code field}, shown as {@code name}.
   *
   * @throws IllegalArgumentException if another field is shown under this name
   * @throws IllegalStateException if these are all fields, as {@link #declared()}
   */
  public ScopeFields as(BaggageField<?> field, String name) {
    if (shown == null) {
      throw new IllegalStateException(
          "as: all declared fields are shown (expected: ScopeFields.of(..) and the fields to show)");
    }
    if (Arrays.stream(shown).anyMatch(other -> other.key.getKey().equals(name))) {
      throw new IllegalArgumentException(
          "name: \"" + name + "\" shows another field already (expected: a name for each)");
    }
    Named[] more = Arrays.copyOf(shown, shown.length + 1);
    more[shown.length] = new Named(field, AttributeKey.stringKey(name));
    return new ScopeFields(more);
  }

  /**
   * Calls {@code each} with the name and text of every one of these fields that has a value in
   * {@code scope}, as far as its rule has it shown. A field that the scope's Waybill does not
   * declare has none. The text may hold any character: escape it before it goes into a line.
   */
  public void forEach(RequestScope scope, BiConsumer<String, String> each) {
    show(scope, each, false, (to, key, text) -> to.accept(key.getKey(), text));
  }

  /**
   * Calls {@code each} as {@link #forEach} does, for a line of a log: each text is escaped, so that
   * it can neither break the line nor turn the direction of what stands behind it.
   */
  public void forEachInLog(RequestScope scope, BiConsumer<String, String> each) {
    show(scope, each, false, (to, key, text) -> to.accept(key.getKey(), LogText.escape(text)));
  }

  /**
   * Sets every one of these fields that has a value in {@code scope} on {@code span}. A field that
   * the scope's Waybill does not declare has none.
   */
  public void showOn(Span span, RequestScope scope) {
    show(scope, span, true, Span::setAttribute);
  }

  private <T> void show(RequestScope scope, T target, boolean onSpan, ScopeView.Show<T> show) {
    ScopeView view = (ScopeView) scope;
    if (shown == null) {
      view.showAll(target, onSpan, show);
      return;
    }
    for (Named one : shown) {
      String text = view.shown(one.field, onSpan);
      if (text != null) {
        show.show(target, one.key, text);
      }
    }
  }
}
