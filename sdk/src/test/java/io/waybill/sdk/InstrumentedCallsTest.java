package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static io.waybill.sdk.Fixture.USER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the propagator does for an instrumentation that states what it knows of its calls. */
class InstrumentedCallsTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PER_HOP = "io.opentelemetry.okhttp-3.0";
  private static final String FOLLOWS = "io.opentelemetry.http-url-connection";
  private static final Peer STRANGER = Peer.unverified(null, null);
  private static final Peer ORDERS = Peer.verified(Set.of("dns:orders.internal"), null, null);
  private static final ContextKey<String> NOTE = ContextKey.named("note");

  private final Fixture fixture = new Fixture();
  private final OpenTelemetrySdk telemetry = fixture.telemetry();
  private final TextMapPropagator propagator = telemetry.getPropagators().getTextMapPropagator();
  private final Waybill waybill = installed(fixture.service(telemetry));

  private Waybill installed(WaybillBuilder builder) {
    Waybill installed =
        builder
            .peers(peer -> peer.verifiedNames().isEmpty() ? TrustZone.PUBLIC : TrustZone.OWN)
            .leakDetection(LeakDetection.STRICT)
            .build();
    InstrumentedCalls.install(telemetry, installed);
    return installed;
  }

  private Map<String, String> inject(Context context) {
    return inject(context, Map::put);
  }

  private Map<String, String> inject(Context context, TextMapSetter<Map<String, String>> setter) {
    Map<String, String> carrier = new LinkedHashMap<>();
    propagator.inject(context, carrier, setter);
    return carrier;
  }

  private Map<String, String> sentTo(@Nullable Destination destination) {
    return waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> inject(InstrumentedCalls.calling(Context.current(), destination, PER_HOP, true)));
  }

  private Context received(Peer peer, String... headers) {
    return received(Context.root(), peer, headers);
  }

  private Context received(Context parent, Peer peer, String... headers) {
    Context extracted = propagator.extract(parent, Fixture.Lines.of(headers), Fixture.Lines.GETTER);
    return InstrumentedCalls.receiving(extracted, peer, sender -> sender, "/orders");
  }

  private static @Nullable String user(Context context) {
    RequestScope scope = RequestScope.fromContextOrNull(context);
    return scope == null ? null : scope.get(USER);
  }

  @Test
  void release_goesToTheTarget() {
    assertThat(sentTo(OWN).get("baggage")).contains("user.id=u-1");
    assertThat(sentTo(PARTNER)).doesNotContainKey("baggage");
    assertThat(sentTo(UNKNOWN)).doesNotContainKey("baggage");
    assertThat(sentTo(null)).doesNotContainKey("baggage");
  }

  @Test
  void release_belongsToOneWayOfWriting() {
    Context calling =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () ->
                    InstrumentedCalls.calling(Context.current(), OWN, PER_HOP, true)
                        .with(NOTE, "a child"));

    assertThat(inject(calling)).containsKey("baggage");
    // A call that is made inside, whose instrumentation is suppressed and says nothing.
    assertThat(inject(calling, (to, name, value) -> to.put(name, value)))
        .doesNotContainKey("baggage");
    assertThat(inject(InstrumentedCalls.notCalling(calling))).doesNotContainKey("baggage");
  }

  /** gRPC's writes when a call starts, after interceptors of the application, which may write. */
  @Test
  void release_notToAnotherThatIsFirst() {
    Context caller = waybill.request().with(USER, "u-1").call(Context::current);

    assertThat(inject(InstrumentedCalls.calling(caller, OWN, "io.opentelemetry.grpc-1.6", true)))
        .doesNotContainKey("baggage");
  }

  @Test
  void release_notWhereRedirectsAreFollowedUnseen() {
    Context caller = waybill.request().with(USER, "u-1").call(Context::current);

    assertThat(inject(InstrumentedCalls.calling(caller, OWN, FOLLOWS, false)))
        .doesNotContainKey("baggage");
  }

  @Test
  void release_whereTheOperatorTrustsTheRedirects() {
    assertThat(
            sentAs(Map.of("waybill.redirects.trust", "http-url-connection"), OWN, FOLLOWS, false))
        .containsKey("baggage");
    assertThat(sentAs(Map.of("waybill.redirects.trust", "okhttp-3.0"), OWN, FOLLOWS, false))
        .doesNotContainKey("baggage");
  }

  /** An instrumentation of gRPC sees no TLS; what nobody says is plaintext. */
  @ParameterizedTest
  @CsvSource({
    "own.internal:8443, own.internal:8443, true",
    "own.internal:8443, *.internal:8443, true",
    "own.internal:8443, own.internal:9443, false",
    "own.internal:8443, evilown.internal:8443, false",
    "own.internal, own.internal, true",
    "own.internal, other.internal, false",
  })
  void release_overTlsWhereTheOperatorSaysSo(String channel, String tls, boolean released) {
    Destination named = requireNonNull(Destination.grpc(channel, true));
    Waybill secure =
        fixture.service(telemetry).destination(named.toString(), TrustZone.OWN).build();

    Map<String, String> sent =
        sentAs(
            secure,
            Map.of("waybill.channels.tls", tls),
            requireNonNull(Destination.grpc(channel, false)),
            "shop.client",
            true);

    assertThat(sent.containsKey("baggage")).isEqualTo(released);
  }

  private Map<String, String> sentAs(
      Map<String, String> properties, Destination to, String instrumentation, boolean redecides) {
    return sentAs(waybill, properties, to, instrumentation, redecides);
  }

  private Map<String, String> sentAs(
      Waybill by,
      Map<String, String> properties,
      Destination to,
      String instrumentation,
      boolean redecides) {
    OpenTelemetrySdk configured =
        fixture.telemetryOf(
            W3CTraceContextPropagator.getInstance(), WaybillPropagator.configured(properties::get));
    InstrumentedCalls.install(configured, by);
    Context caller = by.request().with(USER, "u-1").call(Context::current);
    Map<String, String> carrier = new HashMap<>();
    configured
        .getPropagators()
        .getTextMapPropagator()
        .inject(
            InstrumentedCalls.calling(caller, to, instrumentation, redecides), carrier, Map::put);
    return carrier;
  }

  @Test
  void receive_fromWhomItWasTold_onTheSameConnectionOnly() {
    InetSocketAddress connected = new InetSocketAddress("127.0.0.1", 1);
    Peer known = Peer.unverified(connected, null);
    Peer other = Peer.unverified(new InetSocketAddress("127.0.0.1", 1), null);
    Peer orders = Peer.verified(Set.of("dns:orders.internal"), connected, null);
    Context told = InstrumentedCalls.sentBy(Context.root(), orders);

    Context believed = received(told, known, "baggage: user.id=u-1");

    assertThat(user(believed)).isEqualTo("u-1");
    assertThat(user(received(told, other, "baggage: user.id=u-1"))).isNull();
    assertThat(user(received(told, STRANGER, "baggage: user.id=u-1"))).isNull();
    // It is used up.
    assertThat(user(received(believed, known, "baggage: user.id=u-2"))).isNull();
  }

  /** A request that waits is let go on by another's, or by a task of its own. */
  @Test
  void resume_isInTheContextOfTheRequestThatGoesOn() {
    Context waiting = received(ORDERS, "baggage: user.id=u-1");
    Context other = received(ORDERS, "baggage: user.id=u-2");
    Context task = waiting.with(NOTE, "a task");

    assertThat(resumed(waiting, other)).isSameAs(waiting);
    assertThat(resumed(waiting, Context.root())).isSameAs(waiting);
    assertThat(resumed(waiting, task)).isSameAs(task);
    assertThat(resumed(Context.root(), other)).isSameAs(Context.root());
  }

  private Context resumed(Context waiting, Context running) {
    return propagator.extract(
        waiting,
        new SimpleImmutableEntry<>("io.waybill.resumed/1", running),
        new TextMapGetter<Map.Entry<String, Context>>() {
          @Override
          @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
          public Iterable<String> keys(Map.Entry<String, Context> carrier) {
            return List.of();
          }

          @Override
          public @Nullable String get(Map.@Nullable Entry<String, Context> carrier, String name) {
            return null;
          }
        });
  }

  @Test
  void receive_admitsByThePeer() {
    Context believed = received(ORDERS, "baggage: user.id=u-1,plan=GOLD");
    Context stranger = received(STRANGER, "baggage: user.id=u-1,locale=ko");

    assertThat(user(believed)).isEqualTo("u-1");
    assertThat(Baggage.fromContext(believed).getEntryValue("user.id")).isEqualTo("u-1");
    assertThat(user(stranger)).isNull();
    assertThat(RequestScope.fromContextOrNull(stranger).get(Fixture.LOCALE)).isEqualTo("ko");
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
    List.of(believed, stranger).forEach(InstrumentedCalls::ended);
    waybill.requireNoLeaks();
  }

  /** A carrier whose peer can't be read is a stranger's, and so is one that nobody asks about. */
  @Test
  void receive_whoCannotBeReadIsNobody() {
    Context extracted =
        propagator.extract(
            Context.root(), Fixture.Lines.of("baggage: user.id=u-1"), Fixture.Lines.GETTER);
    Context opened =
        InstrumentedCalls.receiving(
            extracted,
            "request",
            request -> {
              throw new IllegalStateException("recycled");
            },
            "/orders");

    assertThat(RequestScope.fromContextOrNull(extracted)).isNull();
    assertThat(Baggage.fromContext(extracted).isEmpty()).isTrue();
    assertThat(user(opened)).isNull();
    InstrumentedCalls.ended(opened);
  }

  @Test
  void receive_opensOnce() {
    Context opened = received(ORDERS, "baggage: user.id=u-1");

    assertThat(InstrumentedCalls.receiving(opened, ORDERS, sender -> sender, "/orders"))
        .isSameAs(opened);
    InstrumentedCalls.ended(opened);
    InstrumentedCalls.ended(opened);
    waybill.requireNoLeaks();
  }

  /** The filter of an application that the agent serves: it is one request, with one span. */
  @Test
  void receive_byAnAdapterInside_isTheSameRequest() {
    Context opened = received(ORDERS, "traceparent: 00-" + TRACE + "-0000000000000001-01");
    Span span =
        telemetry
            .getTracer("agent")
            .spanBuilder("GET")
            .setSpanKind(SpanKind.SERVER)
            .setParent(opened)
            .startSpan();
    IncomingCall inside;
    IncomingCall nested;
    try (Scope ignored = opened.with(span).makeCurrent()) {
      inside = Fixture.receive(waybill, "traceparent: 00-" + TRACE + "-0000000000000001-01");
      nested = Fixture.receive(waybill);
    }
    inside.scope().identify(USER, "u-7");

    assertThat(inside.scope().get(BaggageField.REQUEST_ID))
        .isEqualTo(RequestScope.fromContextOrNull(opened).get(BaggageField.REQUEST_ID))
        .isNotEqualTo(nested.scope().get(BaggageField.REQUEST_ID));
    List.of(nested, inside).forEach(IncomingCall::end);
    InstrumentedCalls.ended(opened);
    span.end();
    assertThat(fixture.finishedSpans())
        .filteredOn(one -> one.getName().equals("GET") && one.getKind() == SpanKind.SERVER)
        .last()
        .satisfies(one -> assertThat(one.getAttributes().asMap()).containsValue("u-7"));
    waybill.requireNoLeaks();
  }

  /** An adapter of ours reads what came in itself, by the same propagators. */
  @Test
  void receive_leavesAdaptersAlone() {
    IncomingCall call = Fixture.receive(waybill, "baggage: user.id=u-1");

    assertThat(InstrumentedCalls.receiving(call.context(), ORDERS, sender -> sender, "/"))
        .isSameAs(call.context());
    call.end();
  }

  @Test
  void span_showsWhatIsKnownLater() {
    Context opened = received(ORDERS);
    Span span = telemetry.getTracer("others").spanBuilder("GET").setParent(opened).startSpan();
    Context served = opened.with(span);

    InstrumentedCalls.started(served);
    RequestScope.fromContextOrNull(served).identify(USER, "u-7");
    InstrumentedCalls.ended(served);
    span.end();

    assertThat(fixture.finishedSpans().get(0).getAttributes().asMap()).containsValue("u-7");
  }

  @Test
  void unopened_isCounted() {
    for (int i = 0; i < 100; i++) {
      propagator.extract(
          Context.root(), Fixture.Lines.of("baggage: user.id=u-1"), Fixture.Lines.GETTER);
    }

    assertThat(fixture.dropped(Outcome.UNOPENED)).isPositive();
  }

  @Test
  void failing_throwsNothing() {
    TextMapSetter<Map<String, String>> failing =
        (to, name, value) -> {
          if (name.equals("baggage")) {
            throw new UnsupportedOperationException("read only");
          }
        };
    Context caller = waybill.request().with(USER, "u-1").call(Context::current);

    assertThat(inject(InstrumentedCalls.calling(caller, OWN, PER_HOP, true), failing)).isEmpty();
    assertThat(RequestScope.fromContextOrNull(received(STRANGER, "baggage: %%%,=;,"))).isNotNull();
  }

  @Test
  void install_needsThePropagator() {
    assertThatIllegalStateException()
        .isThrownBy(() -> InstrumentedCalls.install(fixture.plainTelemetry(), waybill))
        .withMessageContaining("otel.propagators");
  }
}
