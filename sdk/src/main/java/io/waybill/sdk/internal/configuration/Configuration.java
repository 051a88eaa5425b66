package io.waybill.sdk.internal.configuration;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.internal.policy.DestinationPattern;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.Shown;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of a set-up, where code has not said it: the fields and how they are shown,
 * who is believed, who gets what, and the limits.
 *
 * <p><b>Threading.</b> As the look-up that it reads.
 */
public final class Configuration {
  private static final String IDENTITIES = "waybill.identities";
  private static final String ATTRIBUTES = "waybill.attributes";
  private static final String FIELDS = "waybill.fields";
  private static final String ALIAS = ".alias";
  private static final String ON_SPANS = "waybill.tracing.fields";
  private static final String TRUSTED_REDIRECTS = "waybill.redirects.trust";
  private static final String TLS_CHANNELS = "waybill.channels.tls";
  private static final int DEFAULT_TLS_PORT = 443;

  /** Says nothing. */
  public static final Configuration NONE = of(key -> null);

  private final Settings settings;
  private final Map<String, BaggageField<?>> fields = new LinkedHashMap<>();
  private final @Nullable PeerRules peers;
  private final List<DestinationSetting> destinations;
  private final Limits limits;
  private final Set<String> trustedRedirects;
  private final List<DestinationPattern> tlsChannels;

  private Configuration(Settings settings) {
    this.settings = settings;
    addAll(IDENTITIES, name -> BaggageField.identity(name, FieldCodec.string()));
    addAll(ATTRIBUTES, name -> BaggageField.attribute(name, FieldCodec.string()));
    requireOneAliasEach();
    this.peers = PeerSetting.rules(settings);
    this.destinations = DestinationSetting.all(settings);
    this.limits = LimitSettings.limits(settings);
    this.trustedRedirects = Set.copyOf(settings.list(TRUSTED_REDIRECTS));
    this.tlsChannels =
        settings.list(TLS_CHANNELS).stream()
            .map(
                text ->
                    Settings.parsed(
                        TLS_CHANNELS,
                        text,
                        channel -> DestinationPattern.parse("grpcs://" + channel)))
            .toList();
  }

  /**
   * Reads a configuration.
   *
   * @param properties returns the text of a key, such as {@code waybill.identities}, or null
   * @throws IllegalArgumentException if a text is none for its key; names both, and what was
   *     expected
   */
  public static Configuration of(Function<String, @Nullable String> properties) {
    return new Configuration(new Settings(properties));
  }

  private void addAll(String key, Function<String, BaggageField<?>> field) {
    for (String name : settings.list(key)) {
      BaggageField<?> named = Settings.parsed(key, name, field);
      boolean isRequestId = name.equals(BaggageField.REQUEST_ID.name());
      if (isRequestId && !named.isIdentity()) {
        throw Settings.wrong(key, name, "an attribute; this is an identity");
      }
      if (fields.put(name, isRequestId ? BaggageField.REQUEST_ID : named) != null) {
        throw Settings.wrong(
            key, name, "a name that is there once, in " + IDENTITIES + " or " + ATTRIBUTES);
      }
    }
  }

  private void requireOneAliasEach() {
    Map<String, BaggageField<?>> spoken = new HashMap<>();
    Set<BaggageField<?>> all = new LinkedHashSet<>(fields.values());
    all.add(BaggageField.REQUEST_ID);
    for (BaggageField<?> field : all) {
      String alias = rule(field).alias();
      BaggageField<?> other = alias == null ? null : spoken.put(alias, field);
      if (other != null) {
        throw Settings.wrong(key(field) + ALIAS, String.valueOf(alias), "not that of " + other);
      }
    }
  }

  /**
   * Returns what is configured of {@code field}, or of the configured one of its name.
   *
   * @throws IllegalArgumentException if that one is an identity and this is none, or the other way
   *     round
   */
  public FieldRule rule(BaggageField<?> field) {
    BaggageField<?> configured = fields.getOrDefault(field.name(), field);
    if (configured.isIdentity() != field.isIdentity()) {
      String key = configured.isIdentity() ? IDENTITIES : ATTRIBUTES;
      throw Settings.wrong(key, field.name(), "not this, since code declares " + field);
    }
    FieldRule shown = onSpans(shown(FieldRule.DEFAULT, key(field) + ".show"), field);
    return aliased(shown, key(field) + ALIAS);
  }

  private static String key(BaggageField<?> field) {
    return FIELDS + "." + field.name();
  }

  private FieldRule shown(FieldRule rule, String key) {
    String text = settings.text(key);
    Shown shown = text == null ? rule.shown() : Settings.named(Shown.class, text);
    if (shown == null) {
      throw Settings.wrong(key, String.valueOf(text), "plain, hashed or hidden");
    }
    return rule.show(shown);
  }

  private FieldRule onSpans(FieldRule rule, BaggageField<?> field) {
    List<String> names = settings.list(ON_SPANS);
    return names.isEmpty() || names.contains(field.name()) ? rule : rule.notOnSpans();
  }

  private FieldRule aliased(FieldRule rule, String key) {
    String text = settings.text(key);
    return text == null ? rule : Settings.parsed(key, text, rule::alias);
  }

  /**
   * Returns whether a client may follow redirects that nobody decides on, or follows none.
   *
   * @param instrumentation its name, without {@code io.opentelemetry.}
   */
  public boolean trustsRedirects(String instrumentation) {
    return trustedRedirects.contains(instrumentation);
  }

  /**
   * Returns whom a gRPC channel goes to: {@code channel}, or the same over TLS where the operator
   * says that of it, since no instrumentation can see it.
   */
  public Destination overTls(Destination channel) {
    if (tlsChannels.isEmpty() || !channel.scheme().equals("grpc")) {
      return channel;
    }
    int port = channel.hasDefaultPort() ? DEFAULT_TLS_PORT : channel.port();
    Destination secure = new Destination("grpcs", channel.host(), port);
    return tlsChannels.stream().anyMatch(tls -> tls.matches(secure)) ? secure : channel;
  }

  /** Returns the configured fields by name, in their order. */
  public Map<String, BaggageField<?>> fields() {
    return fields;
  }

  /**
   * Requires that something is said of declared fields alone, as far as the reader can list them.
   *
   * @param declared the names of all fields
   */
  public void requireDeclared(Set<String> declared) {
    requireDeclared(FIELDS, declared);
    requireDeclared(ON_SPANS, declared);
  }

  private void requireDeclared(String key, Set<String> declared) {
    for (String name : settings.list(key)) {
      if (!declared.contains(name)) {
        throw Settings.wrong(
            key, name, "a field that is declared, in code or as an identity or attribute");
      }
    }
  }

  /** Returns who is believed; null where nothing is said of it. */
  public @Nullable PeerRules peers() {
    return peers;
  }

  /** Returns the limits. */
  public Limits limits() {
    return limits;
  }

  /**
   * Adds the configured destinations to {@code policy}.
   *
   * @param declared all fields, by name
   * @throws IllegalArgumentException if a destination gets a field that is not among them
   */
  public void addDestinations(Policy.Builder policy, Map<String, BaggageField<?>> declared) {
    destinations.forEach(destination -> destination.addTo(policy, declared));
  }
}
