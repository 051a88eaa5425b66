package io.waybill.log4j2;

import io.waybill.RequestScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.core.util.ContextDataProvider;

/**
 * What Log4j asks at each event, on the thread that logs it. It is public because {@link
 * java.util.ServiceLoader} makes it; call {@link WaybillThreadContext} instead.
 */
public final class ScopeContextData implements ContextDataProvider {
  // Static, since Log4j makes the provider and never hands it out. Later ones win a name.
  private static final List<WaybillThreadContext> SHOWN = new CopyOnWriteArrayList<>();

  /** For {@link java.util.ServiceLoader}. */
  public ScopeContextData() {}

  static void show(WaybillThreadContext installed) {
    SHOWN.add(installed);
  }

  static void hide(WaybillThreadContext installed) {
    SHOWN.remove(installed);
  }

  /** Returns the fields of the current request that have a value; outside of any, an empty map. */
  @Override
  public Map<String, String> supplyContextData() {
    RequestScope scope = SHOWN.isEmpty() ? null : RequestScope.currentOrNull();
    if (scope == null) {
      return Map.of();
    }
    Map<String, String> data = new HashMap<>();
    for (WaybillThreadContext installed : SHOWN) {
      installed.fields().forEachInLog(scope, data::put);
    }
    return data;
  }
}
