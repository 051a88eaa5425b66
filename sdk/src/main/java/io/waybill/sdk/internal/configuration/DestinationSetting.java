package io.waybill.sdk.internal.configuration;

import io.waybill.BaggageField;
import io.waybill.sdk.internal.policy.DestinationPattern;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code waybill.destinations}: {@code https://api.partner.example=partner locale}.
 *
 * @param text the element
 * @param zone null gets no trace either
 * @param fields the names of what a PARTNER gets
 */
record DestinationSetting(
    String text, String pattern, @Nullable TrustZone zone, List<String> fields) {
  private static final String KEY = "waybill.destinations";
  private static final String EXPECTED =
      "scheme://host[:port]=own, =partner and the names of fields, =public or =untraced";

  static List<DestinationSetting> all(Settings settings) {
    List<DestinationSetting> all =
        settings.list(KEY).stream().map(DestinationSetting::parse).toList();
    // Its pattern and zone are wrong now, and not when a Waybill is built.
    all.forEach(one -> one.addTo(Policy.builder(), Set.of()));
    requireOnceEach(all);
    return all;
  }

  private static void requireOnceEach(List<DestinationSetting> all) {
    Set<String> patterns = new HashSet<>();
    for (DestinationSetting one : all) {
      if (!patterns.add(DestinationPattern.parse(one.pattern).toString())) {
        throw Settings.wrong(
            KEY, one.text, "a destination that is there once, since the first counts");
      }
    }
  }

  private static DestinationSetting parse(String text) {
    int equals = text.lastIndexOf('=');
    List<String> words = Settings.words(text.substring(equals + 1));
    boolean untraced = words.get(0).equalsIgnoreCase("untraced");
    TrustZone zone = Settings.named(TrustZone.class, words.get(0));
    boolean takesFields = zone == TrustZone.PARTNER || words.size() == 1;
    if (equals < 0 || (zone == null && !untraced) || !takesFields) {
      throw Settings.wrong(KEY, text, EXPECTED);
    }
    List<String> fields = words.subList(1, words.size());
    return new DestinationSetting(text, text.substring(0, equals).strip(), zone, fields);
  }

  /** Adds this to {@code policy}, with the fields of {@code declared} that it names. */
  void addTo(Policy.Builder policy, Map<String, BaggageField<?>> declared) {
    Set<BaggageField<?>> named = new LinkedHashSet<>();
    for (String name : fields) {
      BaggageField<?> field = declared.get(name);
      if (field == null) {
        throw Settings.wrong(
            KEY, text, "fields that are declared, in code or as identities or attributes");
      }
      named.add(field);
    }
    addTo(policy, named);
  }

  private void addTo(Policy.Builder policy, Set<BaggageField<?>> named) {
    Settings.parsed(
        KEY,
        text,
        text -> zone == null ? policy.untraced(pattern) : policy.destination(pattern, zone, named));
  }
}
