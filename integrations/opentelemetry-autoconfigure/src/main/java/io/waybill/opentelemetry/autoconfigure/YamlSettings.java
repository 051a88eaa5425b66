package io.waybill.opentelemetry.autoconfigure;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings below {@code waybill:} in YAML, by the keys that they have as properties:
 *
 * <pre>{@code
 * waybill:
 *   identities: [user.id, tenant.id]            # or: user.id,tenant.id
 *   peers: ["dns:*.shop.internal=own"]
 *   fields: {user.id: {show: hashed, alias: x-user}}
 *   limits: {http_head_bytes: 16384}
 *   tracing: {fields: [user.id]}
 *   channels: {tls: ["*.shop.internal:8443"]}
 *   redirects: {trust: [http-url-connection]}
 * }</pre>
 */
final class YamlSettings implements Function<String, @Nullable String> {
  private static final String PREFIX = "waybill.";
  private static final Set<String> KEYS =
      new TreeSet<>(
          List.of(
              "attributes",
              "channels",
              "destinations",
              "fields",
              "identities",
              "limits",
              "peers",
              "redirects",
              "tracing"));
  private static final Set<String> OF_FIELD = new TreeSet<>(List.of("alias", "show"));
  private static final Map<String, Set<String>> SECTIONS =
      Map.of(
          "channels", Set.of("tls"),
          "limits",
              new TreeSet<>(
                  List.of(
                      "grpc_bytes", "http_bytes", "http_head_bytes", "inbound_bytes", "members")),
          "redirects", Set.of("trust"),
          "tracing", Set.of("fields"));

  private final Map<String, String> texts = new HashMap<>();

  YamlSettings(DeclarativeConfigProperties waybill) {
    for (String key : known("waybill", waybill, KEYS)) {
      String path = PREFIX + key;
      if (key.equals("fields")) {
        fields(path, section(path, waybill, key));
      } else if (SECTIONS.containsKey(key)) {
        texts(path, section(path, waybill, key), SECTIONS.get(key));
      } else {
        put(path, text(path, waybill, key));
      }
    }
  }

  /** Of a processor nothing is set: the propagator has it. */
  static void requireNone(DeclarativeConfigProperties processor) {
    known("processors: waybill", processor, Set.of());
  }

  @Override
  public @Nullable String apply(String key) {
    // Words are joined by an underscore in OpenTelemetry's YAML.
    return texts.get(key.startsWith(PREFIX + "limits.") ? key.replace('-', '_') : key);
  }

  private void fields(String path, DeclarativeConfigProperties fields) {
    put(path, String.join(",", fields.getPropertyKeys()));
    for (String name : fields.getPropertyKeys()) {
      String field = path + "." + name;
      texts(field, section(field, fields, name), OF_FIELD);
    }
  }

  private void texts(String path, DeclarativeConfigProperties section, Set<String> keys) {
    for (String key : known(path, section, keys)) {
      put(path + "." + key, text(path + "." + key, section, key));
    }
  }

  private void put(String path, @Nullable String text) {
    if (text != null) {
      texts.put(path, text);
    }
  }

  private static Set<String> known(
      String path, DeclarativeConfigProperties section, Set<String> keys) {
    for (String key : section.getPropertyKeys()) {
      if (!keys.contains(key)) {
        String expected = keys.isEmpty() ? "none" : String.join(", ", keys);
        throw new ConfigurationException(
            path + ": \"" + key + "\" is no setting (expected: " + expected + ")");
      }
    }
    return section.getPropertyKeys();
  }

  /** Returns the section {@code key}, which is empty where it is null. */
  private static DeclarativeConfigProperties section(
      String path, DeclarativeConfigProperties of, String key) {
    DeclarativeConfigProperties section = of.getStructured(key);
    if (section == null && isThere(of, key)) {
      throw new ConfigurationException(path + ": no section (expected: settings by name)");
    }
    return section == null ? DeclarativeConfigProperties.empty() : section;
  }

  /** Returns one value, or those of a list with commas between them; null where it is null. */
  private static @Nullable String text(String path, DeclarativeConfigProperties of, String key) {
    // The list first, and numbers where they are one: to ask for another type logs a warning.
    List<String> all = of.getScalarList(key, String.class);
    if (all != null) {
      return String.join(",", all);
    }
    Long number = path.startsWith(PREFIX + "limits.") ? of.getLong(key) : null;
    String text = number == null ? of.getString(key) : number.toString();
    if (text == null && isThere(of, key)) {
      throw new ConfigurationException(path + ": no text (expected: text, or a list of texts)");
    }
    return text;
  }

  private static boolean isThere(DeclarativeConfigProperties of, String key) {
    return of.getStructured(key) != null
        || of.getStructuredList(key) != null
        || of.getString(key) != null
        || of.getBoolean(key) != null
        || of.getLong(key) != null
        || of.getDouble(key) != null
        || of.getScalarList(key, String.class) != null
        || of.getScalarList(key, Boolean.class) != null
        || of.getScalarList(key, Long.class) != null
        || of.getScalarList(key, Double.class) != null;
  }
}
