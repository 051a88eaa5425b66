package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.Shown;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A set-up that is configured, and what code says beside it. */
class ConfiguredTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());

  private final Map<String, String> properties = new HashMap<>();

  private OpenTelemetry openTelemetry(TextMapPropagator... more) {
    TextMapPropagator waybill = WaybillPropagator.configured(properties::get);
    TextMapPropagator others = TextMapPropagator.composite(more);
    return OpenTelemetry.propagating(
        ContextPropagators.create(
            TextMapPropagator.composite(
                W3CTraceContextPropagator.getInstance(),
                TextMapPropagator.composite(waybill, others))));
  }

  private WaybillBuilder configured() {
    return Waybill.configured(openTelemetry());
  }

  @Test
  void fields_areDeclaredInTheirOrder() {
    properties.put("waybill.identities", "user.id, tenant.id");
    properties.put("waybill.attributes", "plan");

    assertThat(configured().build().fields().keySet())
        .extracting(BaggageField::toString)
        .containsExactly(
            "identity request.id", "identity user.id", "identity tenant.id", "attribute plan");
  }

  @Test
  void fields_areShownAndNamedAsConfigured() {
    properties.put("waybill.identities", "user.id");
    properties.put("waybill.fields.user.id.show", "Hashed");
    properties.put("waybill.fields.user.id.alias", "x-user");
    properties.put("waybill.fields.request.id.alias", "x-request-id");

    Waybill waybill = configured().carry(USER).build();

    assertThat(waybill.fields().get(USER).shown()).isEqualTo(Shown.HASHED);
    assertThat(waybill.fields().get(USER).alias()).isEqualTo("x-user");
    assertThat(waybill.fields().get(BaggageField.REQUEST_ID).alias()).isEqualTo("x-request-id");
  }

  @Test
  void field_ofCode_takesThePlaceOfTheConfiguredOne_andItsRuleWins() {
    properties.put("waybill.identities", "user.id,tenant.id");
    properties.put("waybill.fields.user.id.show", "hashed");
    properties.put("waybill.fields.user.id.alias", "x-user");

    Waybill waybill = configured().carry(PLAN).carry(USER, rule -> rule.show(Shown.HIDDEN)).build();

    assertThat(waybill.fields().get(USER).shown()).isEqualTo(Shown.HIDDEN);
    assertThat(waybill.fields().get(USER).alias()).isEqualTo("x-user");
    assertThat(waybill.fields().keySet())
        .extracting(BaggageField::name)
        .containsExactly("request.id", "user.id", "tenant.id", "plan");
  }

  @Test
  void fields_areOnSpansAsConfigured() {
    properties.put("waybill.identities", "user.id,tenant.id");
    properties.put("waybill.tracing.fields", "user.id, plan");
    Waybill waybill = configured().carry(PLAN).build();

    assertThat(waybill.fields().entrySet())
        .filteredOn(field -> field.getValue().isOnSpans())
        .extracting(field -> field.getKey().name())
        .containsExactlyInAnyOrder("user.id", "plan");
  }

  @Test
  void properties_countWhateverThePropagatorsAre() {
    properties.put("waybill.identities", "user.id");

    assertThat(Waybill.configured(OpenTelemetry.noop(), properties::get).build().fields().keySet())
        .extracting(BaggageField::name)
        .containsExactly("request.id", "user.id");
  }

  @Test
  void destinations_areReleasedTo() {
    properties.put("waybill.attributes", "locale,plan");
    properties.put(
        "waybill.destinations",
        "https://*.shop.example = own, https://partner.example=partner locale,"
            + " https://watcher.example=untraced,https://nobody.example=public");
    Waybill waybill = configured().carry(USER).build();

    assertThat(sent(waybill, "https://a.shop.example/")).contains("user.id=anna", "plan=gold");
    assertThat(sent(waybill, "https://partner.example/")).isEqualTo("locale=en");
    assertThat(sent(waybill, "https://watcher.example/")).isNull();
    assertThat(sent(waybill, "https://nobody.example/")).isNull();
    assertThat(sent(waybill, "https://else.example/")).isNull();
  }

  @Test
  void destination_ofCode_standsInFront() {
    properties.put("waybill.destinations", "https://a.example=own,https://b.example=own");
    Waybill waybill =
        configured()
            .carry(USER)
            .carry(PLAN)
            .destination("https://a.example", TrustZone.PARTNER, PLAN)
            .build();

    assertThat(sent(waybill, "https://a.example/")).isEqualTo("plan=gold");
    assertThat(sent(waybill, "https://b.example/")).contains("user.id=anna");
  }

  @Test
  void destination_getsAFieldThatCodeDeclares() {
    properties.put("waybill.destinations", "https://partner.example=partner plan");

    assertThat(sent(configured().carry(PLAN).build(), "https://partner.example/"))
        .isEqualTo("plan=gold");
  }

  @ParameterizedTest
  @CsvSource({
    "8443, 10.1.2.3, anna",
    "8443, 192.168.0.1, anna",
    "8080, 10.1.2.3, nobody",
    "9443, 10.1.2.3, anna",
    "9443, 192.168.0.1, nobody"
  })
  void peers_areBelieved(int listener, String remote, String user) {
    properties.put("waybill.peers", "listener:8443=own, listener:9443=own 10.0.0.0/8");

    assertThat(received(configured().carry(USER).build(), listener, remote)).isEqualTo(user);
  }

  @Test
  void peers_ofCode_takeThePlace() {
    properties.put("waybill.peers", "listener:8443=own");
    Waybill waybill = configured().carry(USER).peers(peer -> TrustZone.PUBLIC).build();

    assertThat(received(waybill, 8443, "10.1.2.3")).isEqualTo("nobody");
  }

  @Test
  void limits_areChanged_andThoseOfCodeTakeThePlace() {
    properties.put("waybill.limits.members", "3");
    properties.put("waybill.limits.inbound-bytes", "4");
    properties.put("waybill.limits.http-bytes", "5");
    properties.put("waybill.limits.http-head-bytes", "6");
    properties.put("waybill.limits.grpc-bytes", "7");
    Limits limits = configured().build().limits();

    assertThat(
            List.of(
                limits.members(),
                limits.inboundBytes(),
                limits.httpBytes(),
                limits.httpHeadBytes(),
                limits.grpcBytes()))
        .containsExactly(3, 4, 5, 6, 7);
    assertThat(configured().limits(Limits.DEFAULT).build().limits()).isSameAs(Limits.DEFAULT);
  }

  @Test
  void nothing_isAsInCode() {
    assertThat(configured().build().fields()).containsOnlyKeys(BaggageField.REQUEST_ID);
    assertThat(configured().build().limits()).isEqualTo(Limits.DEFAULT);
  }

  @Test
  void build_twice_isTheSame() {
    properties.put("waybill.identities", "user.id");
    properties.put("waybill.destinations", "https://a.example=own");
    WaybillBuilder builder = configured();

    assertThat(builder.build().fields().keySet())
        .hasToString(builder.build().fields().keySet().toString());
  }

  @Test
  void code_winsAfterABuildToo() {
    properties.put("waybill.destinations", "https://a.example=own");
    WaybillBuilder builder = configured().carry(USER);
    builder.build();

    assertThat(
            sent(
                builder.destination("https://a.example", TrustZone.PUBLIC).build(),
                "https://a.example/"))
        .isNull();
    assertThat(builder.carry(PLAN).build().fields()).containsKey(PLAN);
  }

  @Test
  void refusedAlias_isNotKept() {
    WaybillBuilder builder = configured().carry(USER, rule -> rule.alias("x-user"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.carry(PLAN, rule -> rule.alias("x-user")));
    assertThat(builder.build().fields()).doesNotContainKey(PLAN);
  }

  @Test
  void field_ofAnotherName_isNotMeant() {
    properties.put("waybill.identities", "user_id");
    properties.put("waybill.fields.user.id.show", "hidden");

    assertThat(configured().build().fields().values())
        .extracting(FieldRule::shown)
        .containsOnly(Shown.PLAIN);
  }

  @Test
  void somethingOfAFieldThatNobodyDeclares_isRefused() {
    properties.put("waybill.fields", "user.id,usr.id");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> configured().carry(USER).build())
        .withMessage(
            "waybill.fields: \"usr.id\" (expected: a field that is declared, in code or as an"
                + " identity or attribute)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "waybill.identities | a b | waybill.identities: \"a b\": name: \"a b\" (expected: letters,",
        "waybill.identities | authorization | looks like a credential (expected: LocalField.secret",
        "waybill.attributes | plan,plan | waybill.attributes: \"plan\" (expected: a name that is there once",
        "waybill.attributes | request.id | waybill.attributes: \"request.id\" (expected: an attribute; this is an identity)",
        "waybill.destinations | https://a=own,HTTPS://A:443=public | waybill.destinations: \"HTTPS://A:443=public\" (expected: a destination that is there once",
        "waybill.destinations | https://a | waybill.destinations: \"https://a\" (expected: scheme://",
        "waybill.destinations | https://a=owm | waybill.destinations: \"https://a=owm\" (expected: scheme://",
        "waybill.destinations | https://a=own plan | waybill.destinations: \"https://a=own plan\" (expected: scheme://",
        "waybill.destinations | https://a=untraced plan | (expected: scheme://",
        "waybill.destinations | htps://a=own | waybill.destinations: \"htps://a=own\": destination: ",
        "waybill.peers | dns:a | waybill.peers: \"dns:a\" (expected: dns:NAME, a URI or listener:PORT,",
        "waybill.peers | dns:a=owm | waybill.peers: \"dns:a=owm\" (expected: dns:NAME,",
        "waybill.peers | dns:a=own 10.0.0.0/8 10.0.0.0/9 | (expected: dns:NAME,",
        "waybill.peers | 10.0.0.0/8=own | waybill.peers: \"10.0.0.0/8=own\": pattern: \"10.0.0.0/8\" (expected: dns:",
        "waybill.peers | listener:x=own | waybill.peers: \"listener:x=own\": port: \"x\" (expected: 1 to 65535)",
        "waybill.peers | listener:1=own,listener:1=public | waybill.peers: \"listener:1=public\" (expected: a peer that is there once",
        "waybill.peers | dns:a.b=own 10.0.0.0/33 | waybill.peers: \"dns:a.b=own 10.0.0.0/33\": range: ",
        "waybill.fields.request.id.show | hash | waybill.fields.request.id.show: \"hash\" (expected: plain, hashed or hidden)",
        "waybill.fields.request.id.alias | baggage | waybill.fields.request.id.alias: \"baggage\": header: \"baggage\" (expected: a name like",
        "waybill.channels.tls | grpcs://a | waybill.channels.tls: \"grpcs://a\": destination: \"grpcs://grpcs://a\" (expected: scheme://",
        "waybill.limits.members | many | waybill.limits.members: \"many\": no number (expected: a whole number, at most 2147483647)",
        "waybill.limits.members | 8193 | waybill.limits.members: \"8193\": members: 8193 (expected: 0 to 8192)",
      })
  void wrong_namesKeyTextAndWhatWasExpected(String key, String text, String message) {
    properties.put(key, text);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> WaybillPropagator.configured(properties::get))
        .withMessageContaining(message);
  }

  @Test
  void alias_ofTwoConfiguredFields_endsTheStart() {
    properties.put("waybill.identities", "user.id,tenant.id");
    properties.put("waybill.fields.user.id.alias", "x-user");
    properties.put("waybill.fields.tenant.id.alias", "x-user");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> WaybillPropagator.configured(properties::get))
        .withMessage(
            "waybill.fields.tenant.id.alias: \"x-user\" (expected: not that of identity user.id)");
  }

  @Test
  void destination_ofAnUndeclaredField_isRefused() {
    properties.put("waybill.destinations", "https://a.example=partner plan");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> configured().build())
        .withMessage(
            "waybill.destinations: \"https://a.example=partner plan\" (expected: fields that are"
                + " declared, in code or as identities or attributes)");
  }

  @Test
  void field_ofTheOtherKind_isRefused() {
    properties.put("waybill.attributes", "user.id");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> configured().carry(USER))
        .withMessage(
            "waybill.attributes: \"user.id\" (expected: not this, since code declares identity"
                + " user.id)");
  }

  @Test
  void alias_ofTwoFields_isRefused() {
    properties.put("waybill.identities", "user.id");
    properties.put("waybill.fields.user.id.alias", "x-user");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> configured().carry(PLAN, rule -> rule.alias("x-user")).build())
        .withMessageContaining("has the alias x-user of another");
  }

  @Test
  void noPropagator_isSaid() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Waybill.configured(OpenTelemetry.noop()))
        .withMessageContaining("no Waybill is configured (expected: waybill among its propagators");
  }

  @Test
  void twoConfigurations_areRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Waybill.configured(openTelemetry(WaybillPropagator.create())))
        .withMessageContaining("waybill is twice among its propagators");
  }

  @Test
  void propagatorThatFails_isSaid() {
    TextMapPropagator failing = WaybillPropagator.configured(properties::get);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Waybill.configured(
                    OpenTelemetry.propagating(ContextPropagators.create(new Failing(failing)))))
        .withMessageContaining("one of its propagators fails");
  }

  private record Failing(TextMapPropagator other) implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return other.fields();
    }

    @Override
    public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
      ((Map<?, ?>) carrier).clear();
    }

    @Override
    public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
      return context;
    }
  }

  private static String sent(Waybill waybill, String uri) {
    RequestBuilder request = waybill.request();
    for (BaggageField<?> field : waybill.fields().keySet()) {
      request = with(request, field);
    }
    return request.call(
        () -> {
          Map<String, String> headers = new HashMap<>();
          waybill
              .send(Context.current(), Destination.of(URI.create(uri)))
              .inject(headers, Map::put, List.of(), Limits.DEFAULT.httpBytes());
          return headers.get("baggage");
        });
  }

  @SuppressWarnings("unchecked") // configured fields are of text
  private static RequestBuilder with(RequestBuilder request, BaggageField<?> field) {
    String value =
        Map.of("user.id", "anna", "plan", "gold", "locale", "en").getOrDefault(field.name(), "");
    return value.isEmpty() ? request : request.with((BaggageField<String>) field, value);
  }

  private static String received(Waybill waybill, int listener, String remote) {
    Peer peer =
        Peer.unverified(
            new InetSocketAddress(remote, 4711), new InetSocketAddress("10.0.0.1", listener));
    IncomingCall call =
        waybill.receive(
            Fixture.Lines.of("baggage: user.id=anna"),
            Fixture.Lines.GETTER,
            peer,
            "GET",
            span -> {});
    String user = call.scope().get(USER);
    call.end();
    return user == null ? "nobody" : user;
  }
}
