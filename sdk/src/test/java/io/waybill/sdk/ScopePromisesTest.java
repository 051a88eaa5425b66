package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.TOKEN;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.DetachedWork;
import io.waybill.NoRequestScopeException;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scope promises: a class for each column of the table, a test for each row in it. */
class ScopePromisesTest {
  private static final List<String> ROWS =
      List.of("current", "getBaggageField", "identify", "with", "getLocalField", "setLocalField");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();

  @ParameterizedTest
  @ValueSource(classes = {InTheRequest.class, AfterItEnded.class, InDetachedWork.class})
  void column_hasATestForEachRow(Class<?> column) {
    assertThat(column.getDeclaredMethods())
        .filteredOn(method -> method.isAnnotationPresent(Test.class))
        .extracting(Method::getName)
        .containsExactlyInAnyOrderElementsOf(ROWS);
  }

  private RequestBuilder request() {
    return waybill.request().with(USER, "u-1").with(PLAN, Plan.FREE);
  }

  @Nested
  class InTheRequest {
    @Test
    void current() {
      assertThat(RequestScope.currentOrNull()).isNull();
      assertThatThrownBy(RequestScope::current)
          .isInstanceOf(NoRequestScopeException.class)
          .hasMessageContaining("waybill.request().run");

      request()
          .run(
              () -> {
                assertThat(RequestScope.current().isEnded()).isFalse();
                assertThat(RequestScope.currentOrNull()).isSameAs(RequestScope.current());
              });
    }

    @Test
    void getBaggageField() {
      request()
          .run(
              () -> {
                RequestScope scope = RequestScope.current();
                assertThat(scope.get(USER)).isEqualTo("u-1");
                assertThat(scope.get(TENANT)).isNull();
                assertThatIllegalStateException()
                    .isThrownBy(() -> scope.require(TENANT))
                    .withMessageContaining("tenant.id");
              });
    }

    @Test
    void identify() {
      request()
          .run(
              () -> {
                RequestScope before = RequestScope.current();
                RequestScope branch = before.with(PLAN, Plan.GOLD);
                branch.identify(TENANT, "t-1");
                before.identify(TENANT, "t-1");

                assertThat(before.get(TENANT)).isEqualTo("t-1");
                assertThatIllegalStateException().isThrownBy(() -> before.identify(TENANT, "t-2"));
              });
      IncomingCall served = Fixture.receive(waybill);
      Context captured = served.context();
      served.scope().identify(USER, "u-2");
      assertThat(sent(captured)).contains("user.id=u-2");
      assertThat(shownInLogs(captured)).isEqualTo("u-2");
      served.end();
      assertThat(fixture.finishedSpans().get(0).getAttributes().asMap()).containsValue("u-2");
    }

    private String sent(Context context) {
      Map<String, String> headers = new LinkedHashMap<>();
      OutgoingCall call = waybill.send(context, OWN);
      call.inject(headers, Map::put, List.of(), 8192);
      call.end();
      return headers.get("baggage");
    }

    /** As adapters of logs read it. */
    private String shownInLogs(Context context) {
      Map<String, String> shown = new LinkedHashMap<>();
      ScopeFields.of(USER).forEach(RequestScope.fromContextOrNull(context), shown::put);
      return shown.get("user.id");
    }

    @Test
    void with() {
      request()
          .run(
              () -> {
                RequestScope caller = RequestScope.current();
                RequestScope child = caller.with(TENANT, "child");
                caller.identify(TENANT, "request");

                child.run(() -> assertThat(RequestScope.current().get(TENANT)).isEqualTo("child"));
                assertThat(caller.with(PLAN, Plan.GOLD).get(TENANT)).isEqualTo("request");
                assertThat(RequestScope.current().get(TENANT)).isEqualTo("request");
                assertThat(child.<String, RuntimeException>call(this::tenant)).isEqualTo("child");
                assertThat(tenant()).isEqualTo("request");
              });
    }

    private String tenant() {
      return RequestScope.current().get(TENANT);
    }

    @Test
    void getLocalField() {
      request()
          .run(
              () -> {
                assertThat(RequestScope.current().get(NOTE)).isNull();
                RequestScope.current().set(NOTE, "value");
                assertThat(RequestScope.current().require(NOTE)).isEqualTo("value");
              });
    }

    @Test
    void setLocalField() {
      request()
          .run(
              () -> {
                RequestScope branch = RequestScope.current().with(PLAN, Plan.GOLD);
                RequestScope.current().set(NOTE, "one");
                assertThat(branch.update(NOTE, value -> value + " two")).isEqualTo("one two");

                assertThat(RequestScope.current().get(NOTE)).isEqualTo("one two");
              });
    }
  }

  @Nested
  class AfterItEnded {
    private final char[] token = "s3cret".toCharArray();
    private final Context captured =
        request()
            .call(
                () -> {
                  RequestScope.current().set(NOTE, "last");
                  RequestScope.current().set(TOKEN, token);
                  return Context.current();
                });
    private final RequestScope scope = RequestScope.fromContextOrNull(captured);

    @Test
    void current() {
      try (Scope ignored = captured.makeCurrent()) {
        assertThat(RequestScope.current()).isSameAs(scope);
        assertThat(RequestScope.currentOrNull()).isSameAs(scope);
        assertThat(RequestScope.current().isEnded()).isTrue();
      }
    }

    @Test
    void getBaggageField() {
      assertThat(scope.get(USER)).isEqualTo("u-1");
      assertThat(scope.get(PLAN)).isEqualTo(Plan.FREE);
      assertThat(scope.get(TENANT)).isNull();
      assertThat(scope.require(BaggageField.REQUEST_ID)).hasSize(32);
    }

    @Test
    void identify() {
      assertThatIllegalStateException()
          .isThrownBy(() -> scope.identify(TENANT, "t-1"))
          .withMessageContaining("tenant.id: the request has ended");
      assertThat(scope.get(TENANT)).isNull();
    }

    /** The table promises nothing here: the view is one of an ended request. */
    @Test
    void with() {
      scope
          .with(PLAN, Plan.GOLD)
          .run(
              () -> {
                assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.GOLD);
                assertThat(RequestScope.current().isEnded()).isTrue();
              });
    }

    @Test
    void getLocalField() {
      assertThat(scope.get(NOTE)).isEqualTo("last");
      assertThatIllegalStateException()
          .isThrownBy(() -> scope.get(TOKEN))
          .withMessageContaining("secret token")
          .withMessageContaining("wiped");
      assertThat(token).containsOnly('\0');
    }

    @Test
    void setLocalField() {
      assertThatIllegalStateException().isThrownBy(() -> scope.set(NOTE, "late"));
      assertThatIllegalStateException().isThrownBy(() -> scope.update(NOTE, value -> "late"));
      assertThatIllegalStateException().isThrownBy(() -> scope.set(TOKEN, new char[] {'x'}));
      assertThat(scope.get(NOTE)).isEqualTo("last");
    }
  }

  @Nested
  class InDetachedWork {
    private final CompletableFuture<RequestScope> request = new CompletableFuture<>();
    private final DetachedWork work =
        request()
            .call(
                () -> {
                  request.complete(RequestScope.current());
                  RequestScope.current().set(NOTE, "request's");
                  RequestScope.current().set(TOKEN, "s3cret".toCharArray());
                  return RequestScope.current().detach(USER).grant(NOTE);
                });

    @Test
    void current() {
      RequestScope detached = work.call(RequestScope::current);

      assertThat(detached).isNotSameAs(request.join());
      work.run(() -> assertThat(RequestScope.current().isEnded()).isFalse());
      assertThat(detached.isEnded()).isTrue();
    }

    @Test
    void getBaggageField() {
      String id = request.join().require(BaggageField.REQUEST_ID);
      work.run(
          () -> {
            assertThat(RequestScope.current().get(USER)).isEqualTo("u-1");
            assertThat(RequestScope.current().get(PLAN)).isNull();
            assertThat(RequestScope.current().get(BaggageField.REQUEST_ID)).isEqualTo(id);
          });
    }

    @Test
    void identify() {
      request()
          .run(
              () -> {
                RequestScope outer = RequestScope.current();
                outer
                    .detach(USER)
                    .run(
                        () -> {
                          RequestScope.current().identify(TENANT, "inner");
                          assertThat(outer.get(TENANT)).isNull();
                          outer.identify(TENANT, "outer");
                          assertThat(RequestScope.current().get(TENANT)).isEqualTo("inner");
                        });
                assertThat(outer.get(TENANT)).isEqualTo("outer");
              });
    }

    @Test
    void with() {
      work.run(
          () -> {
            RequestScope.current()
                .with(PLAN, Plan.GOLD)
                .run(() -> assertThat(RequestScope.current().get(PLAN)).isEqualTo(Plan.GOLD));
            assertThat(RequestScope.current().get(PLAN)).isNull();
          });
    }

    @Test
    void getLocalField() {
      work.run(
          () -> {
            assertThat(RequestScope.current().get(NOTE)).isEqualTo("request's");
            assertThat(RequestScope.current().get(TOKEN)).isNull();
          });
      request()
          .run(
              () -> {
                RequestScope.current().set(NOTE, "request's");
                RequestScope.current().set(TOKEN, "s3cret".toCharArray());
                DetachedWork none = RequestScope.current().detach();
                none.run(() -> assertThat(RequestScope.current().get(NOTE)).isNull());
                none.grant(TOKEN)
                    .run(
                        () ->
                            assertThat(RequestScope.current().get(TOKEN))
                                .containsExactly("s3cret".toCharArray()));
              });
    }

    @Test
    void setLocalField() {
      work.run(
          () -> {
            RequestScope.current().set(NOTE, "its own");
            assertThat(RequestScope.current().get(NOTE)).isEqualTo("its own");
          });
      assertThat(request.join().get(NOTE)).isEqualTo("request's");
      work.run(() -> assertThat(RequestScope.current().get(NOTE)).isEqualTo("request's"));
    }
  }
}
