package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import org.junit.jupiter.api.Test;

/** A request in a Context that was stored before. */
class ScopeContextTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> PLAN =
      BaggageField.attribute("plan", FieldCodec.string());
  private static final ContextKey<String> KEY = ContextKey.named("key");

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop()).carry(USER).carry(PLAN).build();

  @Test
  void copy_hasTheRequestAndTheBaggageOfOne_andAllElseOfTheOther() {
    Context stored = request("anna", "gold").with(KEY, "stored");
    Context now = request("ben", null);
    Context copy = ScopeContext.copy(now, stored);

    assertThat(scope(copy).get(USER)).isEqualTo("ben");
    assertThat(scope(copy).get(PLAN)).isNull();
    assertThat(Baggage.fromContext(copy)).isEqualTo(Baggage.fromContext(now));
    assertThat(copy.get(KEY)).isEqualTo("stored");
  }

  @Test
  void copy_isOfTheSameView() {
    Context[] child = new Context[1];
    waybill
        .request()
        .run(
            () ->
                RequestScope.current()
                    .with(PLAN, "gold")
                    .run(() -> child[0] = ScopeContext.copy(Context.current(), Context.root())));

    assertThat(scope(child[0]).get(PLAN)).isEqualTo("gold");
  }

  @Test
  void copy_outsideOfARequest_isWhatWasStored() {
    Context stored = request("anna", "gold");

    assertThat(ScopeContext.copy(Context.root(), stored)).isSameAs(stored);
  }

  private Context request(String user, String plan) {
    RequestBuilder request = waybill.request().with(USER, user);
    return (plan == null ? request : request.with(PLAN, plan)).call(Context::current);
  }

  private static RequestScope scope(Context context) {
    RequestScope scope = RequestScope.fromContextOrNull(context);
    assertThat(scope).isNotNull();
    return scope;
  }
}
