package io.waybill.opentelemetry.agent;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Headers of the JDK's, with others in the place of those of the same name. */
final class JdkHopHeaders extends AbstractMap<String, List<String>> {
  private final Map<String, List<String>> before;
  private final Map<String, String> released;

  /**
   * Creates a view.
   *
   * @param released by name, in any case
   */
  JdkHopHeaders(Map<String, List<String>> before, Map<String, String> released) {
    this.before = before;
    this.released = released;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super List<String>> each) {
    before.forEach(
        (name, values) -> {
          if (!released.containsKey(name)) {
            each.accept(name, values);
          }
        });
    released.forEach((name, value) -> each.accept(name, List.of(value)));
  }

  @Override
  public Set<Entry<String, List<String>>> entrySet() {
    Map<String, List<String>> all = new HashMap<>();
    forEach(all::put);
    return all.entrySet();
  }
}
