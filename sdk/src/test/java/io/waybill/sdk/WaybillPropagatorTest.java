package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The propagator in the place of the plain one, and the mirror that depends on it. */
class WaybillPropagatorTest {
  private final Fixture fixture = new Fixture();

  @Test
  void inject_withoutGrantNothing() {
    IncomingCall request = receive(fixture.trusting(), "baggage: user.id=u-1,plan=GOLD");

    assertThat(inject(WaybillPropagator.create(), request.context())).isEmpty();
    request.end();
  }

  /** Another call may be made there, and nobody has named its target. */
  @Test
  void inject_belowAnInterceptorNothing() {
    Waybill waybill = fixture.trusting();
    IncomingCall request = receive(waybill, "baggage: request.id=r,user.id=u-1,locale=ko");
    OutgoingCall own = waybill.send(request.context(), OWN);
    own.inject(new LinkedHashMap<>(), Map::put, List.of("mine=1"), 4096);

    assertThat(inject(WaybillPropagator.create(), own.context())).isEmpty();
    assertThat(inject(W3CBaggagePropagator.getInstance(), own.context())).isEmpty();
    own.end();
    request.end();
  }

  @Test
  void extract_leavesTheContext() {
    Map<String, List<String>> headers = Fixture.Lines.of("baggage: user.id=u-1");

    assertThat(WaybillPropagator.create().extract(Context.root(), headers, Fixture.Lines.GETTER))
        .isSameAs(Context.root());
  }

  @Test
  void mirror_whereOnlyOurPropagatorIs() {
    IncomingCall request = receive(fixture.trusting(), "baggage: user.id=u-1");

    assertThat(Baggage.fromContext(request.context()).getEntryValue("user.id")).isEqualTo("u-1");
    request.end();
  }

  @Test
  void mirror_notWhereAPlainPropagatorWouldSendIt() {
    OpenTelemetrySdk plain = fixture.plainTelemetry();
    List<String> warnings = new ArrayList<>();
    Waybill waybill = warningsOf(warnings, () -> fixture.service(plain).build());
    IncomingCall request = receive(waybill, "baggage: user.id=u-1,plan=GOLD");

    assertThat(warnings).singleElement().asString().contains("WaybillPropagator", "NEVER");
    assertThat(Baggage.fromContext(request.context()).asMap()).isEmpty();
    assertThat(inject(plain.getPropagators().getTextMapPropagator(), request.context()))
        .doesNotContainKey("baggage");
    request.end();
  }

  /** What plain code puts there is its own, and its own affair; ours is read all the same. */
  @Test
  void mirror_whereNothingIsMirrored_attributesAreReadAndAdded() {
    Waybill waybill = fixture.service(fixture.plainTelemetry()).build();
    IncomingCall request =
        receive(waybill, "baggage: request.id=r,user.id=u-1,plan=GOLD,foreign=x");
    Context added = request.context().with(Baggage.builder().put("locale", "ko").build());
    RequestScope scope = RequestScope.fromContextOrNull(added);

    assertThat(scope.get(PLAN)).isEqualTo(Plan.GOLD);
    assertThat(scope.get(LOCALE)).isEqualTo("ko");
    RequestScope child = scope.with(PLAN, Plan.FREE);
    try (Scope ignored = added.makeCurrent()) {
      child.run(
          () -> {
            assertThat(Baggage.current().asMap()).containsOnlyKeys("locale");
            assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.FREE);
            assertThat(RequestScope.current().get(LOCALE)).isEqualTo("ko");
            Map<String, String> headers = new LinkedHashMap<>();
            OutgoingCall call = waybill.send(Context.current(), OWN);
            call.inject(headers, Map::put, List.of(), 4096);
            call.end();
            assertThat(headers.get("baggage"))
                .isEqualTo("request.id=r,user.id=u-1,plan=FREE,locale=ko,foreign=x");
          });
    }
    request.end();
  }

  /** The global one is set by whoever starts last, and libraries use it. */
  @Test
  void mirror_notWhereTheGlobalOneWouldSendIt() {
    GlobalOpenTelemetry.resetForTest();
    Waybill early = fixture.trusting();
    assertThat(GlobalOpenTelemetry.isSet()).isFalse();
    GlobalOpenTelemetry.set(fixture.plainTelemetry());
    try {
      IncomingCall request = receive(early, "baggage: user.id=u-1,plan=GOLD");
      assertThat(Baggage.fromContext(request.context()).asMap()).isEmpty();
      request.end();
      assertThatIllegalStateException()
          .isThrownBy(() -> fixture.service(fixture.telemetry()).strict().build());
    } finally {
      GlobalOpenTelemetry.resetForTest();
    }
    fixture.service(fixture.telemetry()).strict().build();
    assertThat(GlobalOpenTelemetry.isSet()).isFalse();
  }

  @Test
  void mirror_byOrder() {
    List<String> warnings = new ArrayList<>();
    Waybill always =
        warningsOf(
            warnings,
            () ->
                fixture
                    .service(fixture.plainTelemetry())
                    .mirrorIdentity(MirrorMode.ALWAYS)
                    .build());
    Waybill never = fixture.service(fixture.telemetry()).mirrorIdentity(MirrorMode.NEVER).build();
    IncomingCall mirrored = receive(always, "baggage: user.id=u-1");
    IncomingCall bare = receive(never, "baggage: user.id=u-1");

    assertThat(warnings).isEmpty();
    assertThat(Baggage.fromContext(mirrored.context()).asMap()).containsKey("user.id");
    assertThat(Baggage.fromContext(bare.context()).asMap()).isEmpty();
    mirrored.end();
    bare.end();
  }

  @Test
  void plainPropagatorBesideOurs_oneHeaderAndNoLeak() {
    Waybill waybill = fixture.service(fixture.plainTelemetry()).build();
    IncomingCall request = receive(waybill, "baggage: request.id=r,user.id=u-1,locale=ko");
    Map<String, String> headers = new LinkedHashMap<>();
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.inject(headers, Map::put, List.of(), 4096);

    assertThat(headers.get("baggage")).isEqualTo("request.id=r,user.id=u-1,locale=ko");
    assertThat(
            inject(
                fixture.plainTelemetry().getPropagators().getTextMapPropagator(),
                waybill.send(request.context(), PARTNER).context()))
        .doesNotContainKey("baggage");
    request.end();
  }

  private static Waybill warningsOf(List<String> into, java.util.function.Supplier<Waybill> setUp) {
    try (Logged log = Logged.listen()) {
      Waybill built = setUp.get();
      into.addAll(log.lines());
      return built;
    }
  }

  private static Map<String, String> inject(TextMapPropagator propagator, Context context) {
    Map<String, String> headers = new LinkedHashMap<>();
    propagator.inject(context, headers, Map::put);
    return headers;
  }
}
