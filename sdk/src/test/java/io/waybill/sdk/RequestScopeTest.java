package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.NoRequestScopeException;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The corners of a scope; ScopePromisesTest has what it is for. */
class RequestScopeTest {
  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();

  @Test
  void current_outsideOfRequest() {
    assertThat(RequestScope.currentOrNull()).isNull();
    assertThatThrownBy(RequestScope::current)
        .isInstanceOf(NoRequestScopeException.class)
        .hasMessageContaining("waybill.request().run")
        .hasMessageContaining("RequestScope.current().wrap")
        .hasMessageContaining("currentOrNull");
  }

  @Test
  void getField_absentAndRequired() {
    waybill
        .request()
        .run(
            () -> {
              assertThat(RequestScope.current().get(USER)).isNull();
              assertThatIllegalStateException()
                  .isThrownBy(() -> RequestScope.current().require(USER))
                  .withMessage("identity user.id: has no value in this request");
              assertThat(RequestScope.current().require(BaggageField.REQUEST_ID)).hasSize(32);
            });
  }

  @Test
  void identify_everyBranchSeesIt() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope before = RequestScope.current();
              RequestScope child = before.with(PLAN, Plan.GOLD);
              RequestScope.current().identify(USER, "u-1");

              assertThat(before.get(USER)).isEqualTo("u-1");
              assertThat(child.get(USER)).isEqualTo("u-1");
              child.run(() -> assertThat(RequestScope.current().get(USER)).isEqualTo("u-1"));
            });
  }

  @Test
  void identify_sameAgainAndAnother() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              scope.identify(USER, "u-1");
              scope.identify(USER, "u-1");
              assertThatIllegalStateException()
                  .isThrownBy(() -> scope.identify(USER, "u-2"))
                  .withMessageContaining("user.id")
                  .withMessageContaining("already identified")
                  .satisfies(e -> assertThat(e.getMessage()).doesNotContain("u-1", "u-2"));
              assertThat(scope.get(USER)).isEqualTo("u-1");
            });
  }

  @Test
  void identify_anotherThanReceived() {
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1");
    RequestScope scope = request.scope();

    scope.identify(USER, "u-1");
    assertThatIllegalStateException().isThrownBy(() -> scope.identify(USER, "u-2"));
    assertThat(scope.get(USER)).isEqualTo("u-1");
    request.end();
  }

  @Test
  void identify_anotherThanReceivedInChildView() {
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1");
    RequestScope child = request.scope().with(USER, "inner");

    assertThatIllegalStateException().isThrownBy(() -> child.identify(USER, "u-2"));
    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(child.get(USER)).isEqualTo("inner");
    request.end();
  }

  @Test
  void identify_attribute() {
    waybill
        .request()
        .run(
            () ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> RequestScope.current().identify(PLAN, Plan.GOLD))
                    .withMessageContaining("attribute plan"));
  }

  @Test
  void identify_refusedByCodecNamesNoValue() {
    waybill
        .request()
        .run(
            () ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> RequestScope.current().identify(USER, "much-too-long-a-user"))
                    .withMessageContaining("user.id")
                    .withMessageContaining("at most 16 chars")
                    .withNoCause()
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("much-too")));
  }

  @Test
  void with_childSeesItSiblingsAndCallersDoNot() {
    waybill
        .request()
        .with(PLAN, Plan.FREE)
        .run(
            () -> {
              RequestScope caller = RequestScope.current();
              caller
                  .with(PLAN, Plan.GOLD)
                  .run(() -> assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.GOLD));
              caller
                  .with(USER, "sibling")
                  .run(() -> assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.FREE));

              assertThat(caller.get(PLAN)).isEqualTo(Plan.FREE);
              assertThat(RequestScope.current().get(USER)).isNull();
            });
  }

  @Test
  void with_winsOverIdentifyInsideThatChild() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope child = RequestScope.current().with(USER, "child");
              RequestScope.current().identify(USER, "request");

              assertThat(child.get(USER)).isEqualTo("child");
              child.run(() -> assertThat(RequestScope.current().get(USER)).isEqualTo("child"));
              assertThat(RequestScope.current().get(USER)).isEqualTo("request");
            });
  }

  @Test
  void with_illFormedUnicode() {
    waybill
        .request()
        .run(
            () ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> RequestScope.current().with(TENANT, "t\uD800"))
                    .withMessageContaining("tenant.id")
                    .withMessageContaining("ill-formed"));
  }

  @Test
  void undeclaredField() {
    BaggageField<String> other = BaggageField.attribute("plan", FieldCodec.string());
    LocalField<String> local = LocalField.named("local");
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              List<Runnable> uses =
                  List.of(
                      () -> scope.get(other),
                      () -> scope.with(other, "x"),
                      () -> scope.get(local),
                      () -> scope.set(local, "x"));
              for (Runnable use : uses) {
                assertThatIllegalArgumentException()
                    .isThrownBy(use::run)
                    .withMessageContaining("not declared (expected: Waybill.builder(..)");
              }
            });
  }

  @Test
  void setLocal_everyBranchSeesItAtOnce() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    waybill
        .request()
        .<Void, Exception>call(
            () -> {
              RequestScope scope = RequestScope.current();
              Callable<String> read = scope.wrap(() -> RequestScope.current().get(NOTE));
              scope.with(PLAN, Plan.GOLD).set(NOTE, "first");
              assertThat(other.submit(read).get()).isEqualTo("first");
              other.submit(scope.wrap(() -> RequestScope.current().set(NOTE, "second"))).get();
              assertThat(scope.get(NOTE)).isEqualTo("second");
              scope.set(NOTE, null);
              assertThat(scope.get(NOTE)).isNull();
              return null;
            });
    other.shutdown();
  }

  @Test
  void wrap_null() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              assertThatNullPointerException()
                  .isThrownBy(() -> scope.wrap((Runnable) null))
                  .withMessage("task");
              assertThatNullPointerException()
                  .isThrownBy(() -> scope.wrap((Callable<String>) null))
                  .withMessage("task");
            });
  }

  @Test
  void run_onThreadOfAnotherRequest() {
    AtomicReference<RequestScope> first = new AtomicReference<>();
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              first.set(RequestScope.current());
              waybill
                  .request()
                  .with(USER, "u-2")
                  .run(
                      () -> {
                        assertThat(RequestScope.current().get(USER)).isEqualTo("u-2");
                        first
                            .get()
                            .run(
                                () ->
                                    assertThat(RequestScope.current().get(USER)).isEqualTo("u-1"));
                        assertThat(RequestScope.current().get(USER)).isEqualTo("u-2");
                      });
              assertThat(RequestScope.current().isEnded()).isFalse();
            });
  }

  /** Not its span, nor what else lies in its Context: only the view alone would be right there. */
  @Test
  void run_onThreadOfAnotherRequest_isNotInItsContext() {
    ContextKey<String> others = ContextKey.named("others");
    Span span = fixture.telemetry().getTracer("test").spanBuilder("other's").startSpan();
    RequestScope first = waybill.request().call(RequestScope::current);
    waybill
        .request()
        .run(
            () -> {
              try (Scope ignored =
                  Context.current().with(span).with(others, "value").makeCurrent()) {
                first.run(
                    () -> {
                      assertThat(Span.current()).isNotSameAs(span);
                      assertThat(Context.current().get(others)).isNull();
                    });
              }
            });
    span.end();
  }

  @Test
  void request_insideRequestSeesNothingOfIt() {
    waybill
        .request()
        .with(USER, "u-1")
        .with(PLAN, Plan.GOLD)
        .run(
            () -> {
              String outer = RequestScope.current().require(BaggageField.REQUEST_ID);
              waybill
                  .request()
                  .run(
                      () -> {
                        assertThat(RequestScope.current().get(USER)).isNull();
                        assertThat(RequestScope.current().get(PLAN)).isNull();
                        assertThat(Baggage.current().asMap()).containsOnlyKeys("request.id");
                        assertThat(RequestScope.current().get(BaggageField.REQUEST_ID))
                            .isNotEqualTo(outer);
                      });
            });
  }

  @Test
  void run_keepsTheSpanAroundIt() {
    Span span = fixture.telemetry().getTracer("test").spanBuilder("around").startSpan();
    waybill
        .request()
        .run(
            () -> {
              try (Scope ignored = span.makeCurrent()) {
                RequestScope.current()
                    .with(PLAN, Plan.GOLD)
                    .run(() -> assertThat(Span.current()).isSameAs(span));
              }
            });
    span.end();
  }

  @Test
  void call_passesResultAndException() throws Exception {
    RequestScope scope = waybill.request().call(RequestScope::current);
    Exception failure = new Exception("checked");

    assertThat(scope.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
    assertThatThrownBy(
            () ->
                waybill
                    .request()
                    .call(
                        () -> {
                          throw failure;
                        }))
        .isSameAs(failure);
  }

  @Test
  void attributes_plainCodePutsThemIntoBaggage() {
    waybill
        .request()
        .with(PLAN, Plan.FREE)
        .run(
            () -> {
              Baggage plain = Baggage.current().toBuilder().put("plan", "GOLD").build();
              try (Scope ignored = plain.makeCurrent()) {
                assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.GOLD);
              }
              try (Scope ignored =
                  Baggage.current().toBuilder().remove("plan").build().makeCurrent()) {
                assertThat(RequestScope.current().get(PLAN)).isNull();
              }
              try (Scope ignored =
                  Baggage.current().toBuilder().put("plan", "none").build().makeCurrent()) {
                assertThat(RequestScope.current().get(PLAN)).isNull();
                assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(1);
              }
              assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.FREE);
            });
  }

  @Test
  void attributes_ofAnEqualCopyOfTheBaggage() {
    waybill
        .request()
        .with(PLAN, Plan.FREE)
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              Baggage copy = Baggage.current().toBuilder().build();
              try (Scope ignored = copy.makeCurrent()) {
                assertThat(RequestScope.current()).isSameAs(scope);
              }
            });
  }

  @Test
  void identity_plainPutNeverWins() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              Baggage forged = Baggage.current().toBuilder().put("user.id", "forged").build();
              try (Scope ignored = forged.makeCurrent()) {
                assertThat(RequestScope.current().get(USER)).isEqualTo("u-1");
                assertThat(fixture.dropped(Outcome.SHADOWED)).isPositive();
              }
            });
  }

  @Test
  void toString_holdsNoValue() {
    List<String> shown = new ArrayList<>();
    RequestScope scope =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () -> {
                  shown.add(RequestScope.current().toString());
                  return RequestScope.current();
                });
    shown.add(scope.toString());

    assertThat(shown).containsExactly("RequestScope[open]", "RequestScope[ended]");
  }
}
