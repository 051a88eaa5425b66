package io.waybill.slf4j;

import io.waybill.RequestScope;
import io.waybill.sdk.ScopeFields;
import io.waybill.sdk.telemetry.LogText;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/** The application's MDC, and what the current request carries laid over it when it is read. */
final class ScopeMdcAdapter implements MDCAdapter {
  private final MDCAdapter application;
  private final ScopeFields shown;

  ScopeMdcAdapter(MDCAdapter application, ScopeFields shown) {
    this.application = application;
    this.shown = shown;
  }

  /** Logback calls this once for each event. */
  @Override
  public @Nullable Map<String, String> getCopyOfContextMap() {
    Map<String, String> own = application.getCopyOfContextMap();
    RequestScope scope = RequestScope.currentOrNull();
    if (scope == null) {
      return own;
    }
    Map<String, String> merged = own == null ? new HashMap<>() : new HashMap<>(own);
    shown.forEach(scope, (name, text) -> merged.put(name, LogText.escape(text)));
    return merged;
  }

  @Override
  public void put(String key, @Nullable String value) {
    application.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return application.get(key);
  }

  @Override
  public void remove(String key) {
    application.remove(key);
  }

  @Override
  public void clear() {
    application.clear();
  }

  @Override
  public void setContextMap(Map<String, String> map) {
    application.setContextMap(map);
  }

  @Override
  public void pushByKey(String key, String value) {
    application.pushByKey(key, value);
  }

  @Override
  public @Nullable String popByKey(String key) {
    return application.popByKey(key);
  }

  @Override
  public @Nullable Deque<String> getCopyOfDequeByKey(String key) {
    return application.getCopyOfDequeByKey(key);
  }

  @Override
  public void clearDequeByKey(String key) {
    application.clearDequeByKey(key);
  }
}
