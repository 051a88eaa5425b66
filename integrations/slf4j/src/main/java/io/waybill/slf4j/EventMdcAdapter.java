package io.waybill.slf4j;

import io.waybill.sdk.ScopeFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/** The application's MDC as an event gets it: what the current request carries lies over it. */
final class EventMdcAdapter extends ScopeMdcAdapter {
  EventMdcAdapter(MDCAdapter application, ScopeFields shown) {
    super(application, shown);
  }

  /** Logback calls this once for each event, on the thread that logs it. */
  @Override
  public @Nullable Map<String, String> getCopyOfContextMap() {
    Map<String, String> shown = new LinkedHashMap<>();
    forEachShown(shown::put);
    Map<String, String> own = super.getCopyOfContextMap();
    if (shown.isEmpty()) {
      return own;
    }
    if (own != null) {
      own.forEach(shown::putIfAbsent);
    }
    return shown;
  }
}
