package io.waybill.slf4j;

import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import java.util.Deque;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/**
 * The application's MDC as {@code org.slf4j.MDC} shows it: a single key is answered from the
 * current request, the map is the application's own. See {@code RATIONALE.md}, "Why does {@code
 * MDC.getCopyOfContextMap} leave our fields out?".
 */
class ScopeMdcAdapter implements MDCAdapter {
  private final MDCAdapter application;
  private final ScopeFields shown;
  private volatile boolean closed;

  ScopeMdcAdapter(MDCAdapter application, ScopeFields shown) {
    this.application = application;
    this.shown = shown;
  }

  /** Shows nothing any more: whoever still holds this adapter gets the application's MDC. */
  final void close() {
    closed = true;
  }

  /** Returns {@code adapter}, or what lies below it where it is one of ours and closed. */
  static MDCAdapter withoutClosed(MDCAdapter adapter) {
    MDCAdapter top = adapter;
    while (top instanceof ScopeMdcAdapter ours && ours.closed) {
      top = ours.application;
    }
    return top;
  }

  /** Calls {@code each} with the name and the escaped text of what is shown now. */
  final void forEachShown(BiConsumer<String, String> each) {
    RequestScope scope = closed ? null : RequestScope.currentOrNull();
    if (scope != null) {
      shown.forEachInLog(scope, each);
    }
  }

  @Override
  public final @Nullable String get(String key) {
    String text = shownOrNull(key);
    return text == null ? application.get(key) : text;
  }

  private @Nullable String shownOrNull(String key) {
    String[] found = new String[1];
    forEachShown(
        (name, text) -> {
          if (name.equals(key)) {
            found[0] = text;
          }
        });
    return found[0];
  }

  /**
   * Code that puts a key and then puts back what {@link #get} had answered must not leave the value
   * of this request on the thread: that removes its entry instead.
   */
  @Override
  public final void put(String key, @Nullable String value) {
    if (value != null && value.equals(shownOrNull(key))) {
      application.remove(key);
    } else {
      application.put(key, value);
    }
  }

  @Override
  public @Nullable Map<String, String> getCopyOfContextMap() {
    return application.getCopyOfContextMap();
  }

  @Override
  public final void remove(String key) {
    application.remove(key);
  }

  @Override
  public final void clear() {
    application.clear();
  }

  @Override
  public final void setContextMap(Map<String, String> map) {
    application.setContextMap(map);
  }

  @Override
  public final void pushByKey(String key, String value) {
    application.pushByKey(key, value);
  }

  @Override
  public final @Nullable String popByKey(String key) {
    return application.popByKey(key);
  }

  @Override
  public final @Nullable Deque<String> getCopyOfDequeByKey(String key) {
    return application.getCopyOfDequeByKey(key);
  }

  @Override
  public final void clearDequeByKey(String key) {
    application.clearDequeByKey(key);
  }
}
