package io.waybill.sdk;

import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.policy.Explanation;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is behind a proxy: only one that is verified itself says so, and only in its own element. */
class ProxiedPeerTest {
  private static final String HEADER = "x-forwarded-client-cert";
  private static final String ORDERS = "By=spiffe://mesh/gate;Hash=ab;URI=spiffe://shop/orders";
  private static final PeerRules RULES =
      PeerRules.none()
          .verified("spiffe://shop/*", TrustZone.OWN)
          .verified("dns:*.shop.internal", TrustZone.OWN)
          .verified("spiffe://mesh/*", TrustZone.OWN)
          .forwardedCertificate(8443, "spiffe://mesh/gate");

  private final Fixture fixture = new Fixture();
  private final OpenTelemetry telemetry = fixture.telemetry();

  private static Peer peer(int port, String... names) {
    InetSocketAddress remote = new InetSocketAddress("10.1.2.3", 40000);
    return Peer.verified(Set.of(names), remote, new InetSocketAddress("10.0.0.1", port));
  }

  private static Peer gate() {
    return peer(8443, "spiffe://mesh/gate");
  }

  private String user(Function<Peer, TrustZone> rules, Peer peer, String... lines) {
    IncomingCall request = receive(rules, peer, Map.of(HEADER, List.of(lines)));
    String user = request.scope().get(USER);
    request.end();
    return user;
  }

  private IncomingCall receive(
      Function<Peer, TrustZone> rules, Peer peer, Map<String, List<String>> headers) {
    return receive(Waybill.builder(telemetry).carry(USER).peers(rules).build(), peer, headers);
  }

  private static IncomingCall receive(
      Waybill waybill, Peer peer, Map<String, List<String>> headers) {
    Map<String, List<String>> all = new HashMap<>(headers);
    all.put("baggage", List.of("user.id=u-1"));
    return waybill.receive(all, Fixture.Lines.GETTER, peer, "GET", span -> {});
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Hash=ab;URI=spiffe://shop/orders                        | u-1",
        "Hash=ab;DNS=Orders.shop.internal                        | u-1",
        "URI=spiffe://evil/x,Hash=ab;URI=spiffe://shop/orders    | u-1",
        "URI=spiffe://shop/orders,Hash=ab;URI=spiffe://evil/x    |",
        "URI=spiffe://shop/orders,Hash=ab                        |",
        "Hash=ab;URI=dns:orders.shop.internal                    |",
        "Hash=ab;DNS=spiffe://shop/orders                        |",
        "Hash=ab;DNS=*.shop.internal                             |",
        "Hash=ab;URI=spiffe://shop/ord\\ers                      |",
        "Hash=ab;URI=\"spiffe://shop/\\orders\"                  |",
        "Hash=ab;URI=spiffe://shop@evil/orders                   |",
        "By=spiffe://shop/orders;Hash=ab                         |",
        "Subject=\"URI=spiffe://shop/orders\"                    |",
        "Hash=ab;URI=                                            |"
      })
  void of_proxy_isWhomTheLastElementNames(String line, String user) {
    assertThat(user(RULES, gate(), line)).isEqualTo(user);
    assertThat(fixture.dropped(Outcome.INVALID)).isZero();
  }

  /** The proxy's own name would be believed, if it were the peer. */
  @Test
  void of_proxyThatNamesNobody_isNobody() {
    assertThat(user(RULES, gate())).isNull();
    assertThat(fixture.dropped(Outcome.DISPUTED)).isZero();
  }

  @Test
  void of_severalLines_isNobody() {
    assertThat(user(RULES, gate(), ORDERS, ORDERS)).isNull();
    assertThat(fixture.dropped(Outcome.DISPUTED)).isEqualTo(1);
  }

  @Test
  void of_malformedOrTooLong_isNobody() {
    assertThat(user(RULES, gate(), ORDERS + ",")).isNull();
    assertThat(user(RULES, gate(), "URI=\"spiffe://shop/orders\"x")).isNull();
    assertThat(fixture.dropped(Outcome.INVALID)).isEqualTo(2);
    assertThat(user(RULES, gate(), "Cert=" + "a".repeat(16_384) + "," + ORDERS)).isNull();
    assertThat(fixture.dropped(Outcome.OVER_LIMIT)).isEqualTo(1);
  }

  @Test
  void of_carrierThatThrows_isNobody() {
    Map<String, List<String>> headers =
        Map.of(
            HEADER,
            new AbstractList<>() {
              @Override
              public String get(int index) {
                throw new IllegalStateException("carrier");
              }

              @Override
              public int size() {
                return 1;
              }
            });
    IncomingCall request = receive(RULES, gate(), headers);

    assertThat(request.scope().get(USER)).isNull();
    assertThat(fixture.dropped(Outcome.INVALID)).isEqualTo(1);
    request.end();
  }

  /** A stranger's word, and a proxy's on another port than the one that is the proxies'. */
  @Test
  void of_othersThanTheProxy_isThemselves() {
    assertThat(user(RULES, peer(8443), ORDERS)).isNull();
    assertThat(user(RULES, peer(8443, "spiffe://mesh2/gate"), ORDERS)).isNull();
    assertThat(user(RULES, peer(8443, "dns:mesh"), ORDERS)).isNull();
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).as("headers and users").isEqualTo(6);

    assertThat(user(RULES, peer(9443, "spiffe://mesh/gate"), "Hash=ab")).isEqualTo("u-1");
    assertThat(user(RULES, peer(8443, "spiffe://shop/orders"), "URI=spiffe://evil/x"))
        .isEqualTo("u-1");
  }

  @Test
  void of_onlyFrom_narrowsTheProxy() {
    PeerRules rules = PeerRules.none().verified("spiffe://shop/*", TrustZone.OWN);

    PeerRules near = rules.forwardedCertificate(8443, "spiffe://mesh/*").onlyFrom("10.0.0.0/8");
    PeerRules far = rules.forwardedCertificate(8443, "spiffe://mesh/*").onlyFrom("11.0.0.0/8");

    assertThat(user(near, gate(), ORDERS)).isEqualTo("u-1");
    assertThat(user(far, gate(), ORDERS)).isNull();
  }

  /** Nobody hands the header to a classifier, so it fails safe. */
  @Test
  void of_rulesInAClassifier_knowNoProxy() {
    assertThat(user(peer -> RULES.apply(peer), gate(), ORDERS)).isNull();
  }

  /** The names of the one behind are no proxy's, though it may be called like it. */
  @Test
  void of_proxyBehindTheProxy_isItself() {
    assertThat(user(RULES, gate(), "URI=spiffe://mesh/gate")).isEqualTo("u-1");
  }

  @Test
  void of_hook_seesWhoIsBehind() {
    AtomicReference<Peer> seen = new AtomicReference<>();
    Waybill.builder(telemetry)
        .peers(RULES)
        .onRequest((incoming, scope) -> seen.set(incoming.peer()))
        .build()
        .receive(Map.of(HEADER, List.of(ORDERS)), Fixture.Lines.GETTER, gate(), "GET", span -> {})
        .end();

    assertThat(seen.get().verifiedNames()).containsExactly("spiffe://shop/orders");
    assertThat(seen.get().remote()).isEqualTo(gate().remote());
    assertThat(seen.get().listener()).isEqualTo(gate().listener());
  }

  @Test
  void of_unreadable_isExplained_withoutTheNames() {
    Waybill waybill = Waybill.builder(telemetry).carry(USER).peers(RULES).explain().build();
    Map<String, List<String>> headers = Map.of(HEADER, List.of("URI=spiffe://shop/orders;"));
    IncomingCall request = receive(waybill, gate(), headers);

    assertThat(waybill.explain(request.scope()).lines())
        .extracting(Explanation.Line::toString)
        .containsExactly("in x-forwarded-client-cert invalid", "in user.id untrusted");
    request.end();
  }

  /** Where nobody is a proxy, the header is not even asked for. */
  @Test
  void of_noProxies_readsNothing() {
    AtomicReference<String> asked = new AtomicReference<>();
    Waybill.builder(telemetry)
        .peers(PeerRules.none().verified("spiffe://shop/*", TrustZone.OWN))
        .build()
        .receive(
            Map.<String, List<String>>of(),
            new TextMapGetter<Map<String, List<String>>>() {
              @Override
              @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry
              public Iterable<String> keys(Map<String, List<String>> carrier) {
                return carrier.keySet();
              }

              @Override
              public String get(Map<String, List<String>> carrier, String name) {
                return null;
              }

              @Override
              public Iterator<String> getAll(Map<String, List<String>> carrier, String name) {
                if (name.equals(HEADER)) {
                  asked.set(name);
                }
                return List.<String>of().iterator();
              }
            },
            gate(),
            "GET",
            span -> {})
        .end();

    assertThat(asked.get()).isNull();
  }
}
