package io.waybill.sdk.internal.configuration;

import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code waybill.peers}: {@code dns:*.shop.internal=own 10.0.0.0/8}.
 *
 * @param text the element
 * @param range null for any address
 */
record PeerSetting(String text, String who, TrustZone zone, @Nullable String range) {
  private static final String KEY = "waybill.peers";
  private static final String LISTENER = "listener:";
  private static final String EXPECTED =
      "dns:NAME, a URI or listener:PORT, then =own, =partner or =public, and an address range"
          + " if need be";

  /** Returns the rules, or null where nothing is said of peers. */
  static @Nullable PeerRules rules(Settings settings) {
    List<PeerSetting> all = settings.list(KEY).stream().map(PeerSetting::parse).toList();
    PeerRules rules = PeerRules.none();
    Set<String> seen = new HashSet<>();
    for (PeerSetting one : all) {
      rules = one.addTo(rules);
      if (!seen.add(one.who + " " + one.range)) {
        throw Settings.wrong(KEY, one.text, "a peer that is there once, since the first counts");
      }
    }
    return all.isEmpty() ? null : rules;
  }

  private static PeerSetting parse(String text) {
    int equals = text.lastIndexOf('=');
    List<String> words = Settings.words(text.substring(equals + 1));
    TrustZone zone = Settings.named(TrustZone.class, words.get(0));
    if (equals < 0 || zone == null || words.size() > 2) {
      throw Settings.wrong(KEY, text, EXPECTED);
    }
    String range = words.size() == 1 ? null : words.get(1);
    return new PeerSetting(text, text.substring(0, equals).strip(), zone, range);
  }

  private PeerRules addTo(PeerRules rules) {
    return Settings.parsed(
        KEY,
        text,
        text -> {
          PeerRules more = addNamedTo(rules);
          return range == null ? more : more.onlyFrom(range);
        });
  }

  private PeerRules addNamedTo(PeerRules rules) {
    return who.startsWith(LISTENER)
        ? rules.listener(port(who.substring(LISTENER.length())), zone)
        : rules.verified(who, zone);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("port: \"" + text + "\" (expected: 1 to 65535)");
    }
    return Integer.parseInt(text);
  }
}
