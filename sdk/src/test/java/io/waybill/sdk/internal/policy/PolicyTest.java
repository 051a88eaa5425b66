package io.waybill.sdk.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is believed and who gets what; what no rule names is denied. */
class PolicyTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> LOCALE =
      BaggageField.attribute("locale", FieldCodec.string());
  private static final Peer PEER = Peer.unverified(null, null);

  private static Destination to(String authority) {
    return new Destination("http", authority, 80);
  }

  @Test
  void zone_noRule_isPublic() {
    assertThat(Policy.builder().build().zone(PEER)).isEqualTo(TrustZone.PUBLIC);
  }

  @ParameterizedTest
  @EnumSource
  void zone_asTheRuleSays(TrustZone zone) {
    assertThat(Policy.builder().peers(peer -> zone).build().zone(PEER)).isEqualTo(zone);
  }

  @Test
  void zone_ruleSeesThePeer() {
    Policy policy =
        Policy.builder()
            .peers(
                peer ->
                    peer.verifiedNames().contains("dns:orders.internal")
                        ? TrustZone.OWN
                        : TrustZone.PUBLIC)
            .build();

    assertThat(policy.zone(Peer.verified(Set.of("dns:orders.internal"), null, null)))
        .isEqualTo(TrustZone.OWN);
    assertThat(policy.zone(Peer.verified(Set.of("dns:orders.internal.evil.example"), null, null)))
        .isEqualTo(TrustZone.PUBLIC);
    assertThat(policy.zone(PEER)).isEqualTo(TrustZone.PUBLIC);
  }

  @Test
  void zone_ruleFails_isPublic() {
    Policy throwing =
        Policy.builder()
            .peers(
                peer -> {
                  throw new IllegalStateException("no");
                })
            .build();

    assertThat(throwing.zone(PEER)).isEqualTo(TrustZone.PUBLIC);
    assertThat(Policy.builder().peers(peer -> null).build().zone(PEER)).isEqualTo(TrustZone.PUBLIC);
  }

  @Test
  void route_noRule_releasesNothing() {
    Policy policy =
        Policy.builder().destination("http://own.internal", TrustZone.OWN, Set.of()).build();

    assertReleasesNothing(policy.route(to("evil.example")));
    assertReleasesNothing(policy.route(null));
    assertReleasesNothing(Policy.builder().build().route(to("own.internal")));
  }

  @Test
  void route_own_releasesAll() {
    Route route =
        Policy.builder()
            .destination("http://own.internal", TrustZone.OWN, Set.of())
            .build()
            .route(to("own.internal"));

    assertThat(route.zone()).isEqualTo(TrustZone.OWN);
    assertThat(route.releases(USER)).isTrue();
    assertThat(route.releasesForeign()).isTrue();
  }

  @Test
  void route_partner_releasesNamedFieldsOnly() {
    Route route =
        Policy.builder()
            .destination("http://partner.example", TrustZone.PARTNER, Set.of(LOCALE))
            .build()
            .route(to("partner.example"));

    assertThat(route.zone()).isEqualTo(TrustZone.PARTNER);
    assertThat(route.releases(LOCALE)).isTrue();
    assertThat(route.releases(USER)).isFalse();
    assertThat(route.releases(BaggageField.attribute("locale", FieldCodec.string())))
        .as("a field of the same name is another field")
        .isFalse();
    assertThat(route.releasesForeign()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"PARTNER", "PUBLIC"})
  void route_zoneAlone_releasesNothing(TrustZone zone) {
    Route route =
        Policy.builder()
            .destination("http://partner.example", zone, Set.of())
            .build()
            .route(to("partner.example"));

    assertThat(route.zone()).isEqualTo(zone);
    assertReleasesNothing(route);
  }

  @Test
  void route_firstMatchCounts() {
    Policy policy =
        Policy.builder()
            .destination("http://legacy.shop.internal", TrustZone.PUBLIC, Set.of())
            .destination("http://*.shop.internal", TrustZone.OWN, Set.of())
            .destination("http://orders.shop.internal", TrustZone.PUBLIC, Set.of())
            .build();

    assertThat(policy.route(to("legacy.shop.internal")).zone()).isEqualTo(TrustZone.PUBLIC);
    assertThat(policy.route(to("orders.shop.internal")).zone()).isEqualTo(TrustZone.OWN);
  }

  @Test
  void route_untraced_releasesNothing_andFirstMatchCounts() {
    Policy policy =
        Policy.builder()
            .untraced("http://blind.shop.internal")
            .destination("http://*.shop.internal", TrustZone.OWN, Set.of())
            .untraced("http://orders.shop.internal")
            .build();

    assertReleasesNothing(policy.route(to("blind.shop.internal")));
    assertThat(policy.route(to("blind.shop.internal")).traced()).isFalse();
    assertThat(policy.route(to("orders.shop.internal")).traced()).isTrue();
    assertThat(policy.route(to("unknown.example")).traced()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"OWN", "PUBLIC"})
  void destination_fieldsForAnotherZone_throws(TrustZone zone) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.builder().destination("http://own.internal", zone, Set.of(LOCALE)))
        .withMessage(
            "destination: http://own.internal in zone "
                + zone
                + " with fields [attribute locale] (expected: fields for a PARTNER only; OWN gets"
                + " all, PUBLIC none)");
  }

  @Test
  void destination_noPattern_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Policy.builder().destination("http://own.internal/", TrustZone.OWN, Set.of()));
  }

  @Test
  void builder_laterChanges_doNotReachThePolicy() {
    Set<BaggageField<?>> named = new HashSet<>(Set.of(LOCALE));
    Policy.Builder builder =
        Policy.builder().destination("http://partner.example", TrustZone.PARTNER, named);
    Policy policy = builder.build();

    named.add(USER);
    builder.destination("http://own.internal", TrustZone.OWN, Set.of());

    assertThat(policy.route(to("partner.example")).releases(USER)).isFalse();
    assertReleasesNothing(policy.route(to("own.internal")));
  }

  private static void assertReleasesNothing(Route route) {
    assertThat(route.releases(USER)).isFalse();
    assertThat(route.releases(LOCALE)).isFalse();
    assertThat(route.releasesForeign()).isFalse();
  }

  @ParameterizedTest(name = "admitted from {0}, peer in {1}: {2}")
  @CsvSource({
    "OWN, OWN, true",
    "OWN, PARTNER, false",
    "OWN, PUBLIC, false",
    "PARTNER, OWN, true",
    "PARTNER, PARTNER, true",
    "PARTNER, PUBLIC, false",
    "PUBLIC, OWN, true",
    "PUBLIC, PARTNER, true",
    "PUBLIC, PUBLIC, true"
  })
  void fieldRule_admitsTheZoneAndThoseTrustedFurther(
      TrustZone from, TrustZone peer, boolean admitted) {
    assertThat(FieldRule.DEFAULT.admitFrom(from).admits(peer)).isEqualTo(admitted);
  }

  @Test
  void fieldRule_default_ownOnly() {
    FieldRule.DEFAULT.admitFrom(TrustZone.PUBLIC); // Returns another rule.

    assertThat(FieldRule.DEFAULT.admits(TrustZone.OWN)).isTrue();
    assertThat(FieldRule.DEFAULT.admits(TrustZone.PARTNER)).isFalse();
    assertThat(FieldRule.DEFAULT.admits(TrustZone.PUBLIC)).isFalse();
    assertThatNullPointerException().isThrownBy(() -> FieldRule.DEFAULT.admitFrom(null));
  }

  @Test
  void peer_copiesItsNames() {
    Set<String> names = new HashSet<>(Set.of("dns:orders.internal"));
    InetSocketAddress listener = InetSocketAddress.createUnresolved("127.0.0.1", 1);
    Peer peer = Peer.verified(names, null, listener);

    names.add("dns:admin.internal");

    assertThat(peer.verifiedNames()).containsExactly("dns:orders.internal");
    assertThat(peer.listener()).isSameAs(listener);
    assertThat(peer.remote()).isNull();
  }

  @Test
  void peer_unverified_hasNoNames() {
    assertThat(PEER.verifiedNames()).isEmpty();
  }

  @Test
  void limits_default_asTheTextsAsk() {
    assertThat(Limits.DEFAULT.members()).isEqualTo(64);
    assertThat(Limits.DEFAULT.inboundBytes()).isEqualTo(8192);
    assertThat(Limits.DEFAULT.httpBytes()).isEqualTo(8192);
    assertThat(Limits.DEFAULT.httpHeadBytes()).isEqualTo(8192);
    assertThat(Limits.DEFAULT.grpcBytes()).isEqualTo(4096);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "members, -1, 8192",
    "members, 8193, 8192",
    "inboundBytes, -1, 65535",
    "inboundBytes, 65536, 65535",
    "httpBytes, -1, 65535",
    "httpBytes, 65536, 65535",
    "httpHeadBytes, -1, 65535",
    "httpHeadBytes, 65536, 65535",
    "grpcBytes, -1, 65535",
    "grpcBytes, 65536, 65535"
  })
  void limits_outOfRange_throws(String name, int value, int most) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(Limits.DEFAULT, name, value))
        .withMessage("%s: %s (expected: 0 to %s)", name, value, most);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "members, 0", "members, 8192", "inboundBytes, 0", "inboundBytes, 65535",
    "httpBytes, 0", "httpBytes, 65535", "httpHeadBytes, 0", "httpHeadBytes, 65535",
    "grpcBytes, 0", "grpcBytes, 65535"
  })
  void limits_atTheEdges_changeThatOneAlone(String name, int value) {
    Limits limits = with(Limits.DEFAULT, name, value);

    assertThat(limits.members()).isEqualTo(name.equals("members") ? value : 64);
    assertThat(limits.inboundBytes()).isEqualTo(name.equals("inboundBytes") ? value : 8192);
    assertThat(limits.httpBytes()).isEqualTo(name.equals("httpBytes") ? value : 8192);
    assertThat(limits.httpHeadBytes()).isEqualTo(name.equals("httpHeadBytes") ? value : 8192);
    assertThat(limits.grpcBytes()).isEqualTo(name.equals("grpcBytes") ? value : 4096);
  }

  private static Limits with(Limits limits, String name, int value) {
    return switch (name) {
      case "members" -> limits.withMembers(value);
      case "inboundBytes" -> limits.withInboundBytes(value);
      case "httpBytes" -> limits.withHttpBytes(value);
      case "httpHeadBytes" -> limits.withHttpHeadBytes(value);
      default -> limits.withGrpcBytes(value);
    };
  }
}
