package io.waybill.spring;

import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What properties say of the set-up.
 *
 * @param enabled Whether Waybill is set up at all.
 * @param strict Whether to refuse to start beside anything else that sends baggage.
 * @param leakDetection Which requests are watched for never ending; one in 1,024 without it.
 * @param identities Names of identity fields of text that no bean declares.
 * @param attributes Names of attributes of text that no bean declares.
 * @param peers Who is believed. The first that matches counts; without any, nobody is.
 * @param destinations Who gets what. The first that matches counts; whoever is not named gets
 *     nothing but the trace.
 * @param fields What is said of single fields, by name in brackets: "[user.id]".
 * @param limits How much baggage is read and written.
 * @param logging What log lines show.
 * @param tracing What spans show.
 * @param servlet The filter in front of servlets.
 */
@ConfigurationProperties(prefix = "waybill", ignoreUnknownFields = false)
public record WaybillProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("false") boolean strict,
    @Nullable LeakDetection leakDetection,
    @DefaultValue List<String> identities,
    @DefaultValue List<String> attributes,
    @DefaultValue List<PeerRule> peers,
    @DefaultValue List<DestinationRule> destinations,
    @DefaultValue Map<String, FieldSettings> fields,
    @DefaultValue Limits limits,
    @DefaultValue Shows logging,
    @DefaultValue Shows tracing,
    @DefaultValue Servlet servlet) {

  /** The zone of a destination. */
  public enum Zone {
    /** Our own services, which get every field. */
    OWN,
    /** Gets the fields that are named for it. */
    PARTNER,
    /** Gets nothing but the trace. */
    PUBLIC,
    /** Gets nothing, not even the trace. */
    UNTRACED
  }

  /**
   * Who is believed.
   *
   * @param name Verified name of a peer: "dns:*.shop.internal", "spiffe://shop.internal/orders".
   * @param listener Port of this service that only such peers reach.
   * @param zone How far they are trusted.
   * @param from Range of addresses as a further condition: "10.0.0.0/8".
   */
  public record PeerRule(
      @Nullable String name,
      @Nullable Integer listener,
      @Nullable TrustZone zone,
      @Nullable String from) {

    private String text() {
      if ((name == null) == (listener == null)) {
        throw new IllegalArgumentException(
            "waybill.peers: name "
                + name
                + ", listener "
                + listener
                + " (expected: one of the two)");
      }
      String who = name == null ? "listener:" + listener : name;
      return who
          + "="
          + zoned(zone, "waybill.peers: " + who, "own or partner")
          + (from == null ? "" : " " + from);
    }
  }

  /**
   * Who gets what.
   *
   * @param url Scheme, host and port: "https://billing.shop.internal", "grpcs://*.shop.internal".
   * @param zone How far it is trusted.
   * @param fields Names of the fields that a partner gets.
   */
  public record DestinationRule(
      @Nullable String url, @Nullable Zone zone, @DefaultValue List<String> fields) {

    private String text() {
      if (url == null) {
        throw new IllegalArgumentException(
            "waybill.destinations: no url (expected: scheme://host[:port])");
      }
      String words =
          zoned(zone, "waybill.destinations: " + url, "own, partner, public or untraced");
      return url
          + "="
          + words
          + fields.stream().map(name -> " " + name).collect(Collectors.joining());
    }
  }

  /**
   * What is said of one field.
   *
   * @param show How it is seen on spans, logs and metrics.
   * @param alias Header of its own, in lower case: "x-request-id".
   */
  public record FieldSettings(@Nullable Shown show, @Nullable String alias) {}

  /**
   * How much baggage is read and written.
   *
   * @param members Members of a request, in and out.
   * @param inboundBytes Bytes that are read of all lines together.
   * @param httpBytes Bytes that are written to an HTTP request.
   * @param httpHeadBytes Bytes that the head of an HTTP request may have, all headers together.
   * @param grpcBytes Bytes that are written to a gRPC call.
   */
  public record Limits(
      @Nullable Integer members,
      @Nullable Integer inboundBytes,
      @Nullable Integer httpBytes,
      @Nullable Integer httpHeadBytes,
      @Nullable Integer grpcBytes) {}

  /**
   * What is shown.
   *
   * @param fields Names of the fields that are shown; all that are declared without it.
   */
  public record Shows(@Nullable List<String> fields) {}

  /**
   * Servlets.
   *
   * @param filter The filter that opens a request.
   */
  public record Servlet(@DefaultValue Filter filter) {
    /**
     * The filter.
     *
     * @param order Its place: behind the filter that observes, in front of Spring Security.
     */
    public record Filter(@DefaultValue(FILTER_ORDER) int order) {}
  }

  // Ten behind the highest precedence; Boot's observing filter is one behind it.
  private static final String FILTER_ORDER = "-2147483638";

  /** Returns the text of a key as OpenTelemetry's autoconfiguration names it, or null. */
  @Nullable String text(String key) {
    return switch (key) {
      case "waybill.identities" -> String.join(",", identities);
      case "waybill.attributes" -> String.join(",", attributes);
      case "waybill.peers" -> String.join(",", peerTexts());
      case "waybill.destinations" -> joined(destinations.stream().map(DestinationRule::text));
      case "waybill.fields" -> String.join(",", fields.keySet());
      case "waybill.tracing.fields" ->
          tracing.fields == null ? null : String.join(",", tracing.fields);
      case "waybill.limits.members" -> word(limits.members);
      case "waybill.limits.inbound-bytes" -> word(limits.inboundBytes);
      case "waybill.limits.http-bytes" -> word(limits.httpBytes);
      case "waybill.limits.http-head-bytes" -> word(limits.httpHeadBytes);
      case "waybill.limits.grpc-bytes" -> word(limits.grpcBytes);
      default -> ofField(key);
    };
  }

  /** Returns who is believed, each as {@code dns:*.shop.internal=own 10.0.0.0/8}. */
  public List<String> peerTexts() {
    return peers.stream().map(PeerRule::text).toList();
  }

  private @Nullable String ofField(String key) {
    int end = key.lastIndexOf('.');
    String prefix = "waybill.fields.";
    FieldSettings field =
        key.startsWith(prefix) && end > prefix.length()
            ? fields.get(key.substring(prefix.length(), end))
            : null;
    if (field == null) {
      return null;
    }
    return key.endsWith(".show") ? word(field.show) : field.alias;
  }

  private static String joined(Stream<String> texts) {
    return texts.collect(Collectors.joining(","));
  }

  private static @Nullable String word(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static String zoned(@Nullable Enum<?> zone, String of, String expected) {
    if (zone == null) {
      throw new IllegalArgumentException(of + ": no zone (expected: " + expected + ")");
    }
    return zone.name().toLowerCase(Locale.ROOT);
  }
}
