package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.TOKEN;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.DetachedWork;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Destroyable;
import org.junit.jupiter.api.Test;

class DetachedWorkTest {
  private static final LocalField<Destroyable> KEY = LocalField.secret("key");
  private static final LocalField<byte[]> SEED = LocalField.secret("seed");
  private static final LocalField<byte[]> OPEN = LocalField.named("open");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).keep(KEY).keep(SEED).keep(OPEN).build();

  /** Whatever runs on the thread now: a work is of the trace of its own request. */
  @Test
  void detach_onTheThreadOfAnotherRequest_isNotInItsTrace() {
    IncomingCall one = Fixture.receive(waybill, "baggage: user.id=u-1");
    IncomingCall other = Fixture.receive(waybill, "baggage: user.id=u-2");
    DetachedWork work;
    try (Scope ignored = other.context().makeCurrent()) {
      work = one.scope().detach(USER);
    }

    String trace = work.call(() -> Span.current().getSpanContext().getTraceId());

    assertThat(trace)
        .isEqualTo(Span.fromContext(one.context()).getSpanContext().getTraceId())
        .isNotEqualTo(Span.fromContext(other.context()).getSpanContext().getTraceId());
    one.end();
    other.end();
  }

  @Test
  void detach_nothingElseGoesAlong() {
    ContextKey<String> others = ContextKey.named("others");
    DetachedWork work =
        waybill
            .request()
            .with(USER, "u-1")
            .with(LOCALE, "de")
            .call(
                () -> {
                  Baggage baggage = Baggage.current().toBuilder().put("foreign", "value").build();
                  Context context = Context.current().with(baggage).with(others, "value");
                  try (Scope ignored = context.makeCurrent()) {
                    return RequestScope.current().detach(LOCALE);
                  }
                });

    work.run(
        () -> {
          assertThat(RequestScope.current().get(USER)).isNull();
          assertThat(Baggage.current().asMap()).containsOnlyKeys("request.id", "locale");
          assertThat(Context.current().get(others)).isNull();
        });
  }

  @Test
  void detach_staysInTheTrace_andLeavesTheSpanAlone() {
    Tracer tracer = fixture.telemetry().getTracer("test");
    Span span = tracer.spanBuilder("request").startSpan();
    DetachedWork work =
        waybill
            .request()
            .call(
                () -> {
                  try (Scope ignored = span.makeCurrent()) {
                    return RequestScope.current().detach();
                  }
                });
    work.run(
        () -> {
          assertThat(Span.current().getSpanContext()).isEqualTo(span.getSpanContext());
          assertThat(Span.current().isRecording()).isFalse();
          tracer.spanBuilder("later").startSpan().end();
        });
    span.end();

    assertThat(fixture.finishedSpans().get(0).getParentSpanId())
        .isEqualTo(span.getSpanContext().getSpanId());
  }

  @Test
  void detach_afterTheEnd_identityYesSecretNo() {
    RequestScope ended = waybill.request().with(USER, "u-1").call(RequestScope::current);
    DetachedWork work = ended.detach(USER);

    work.run(() -> assertThat(RequestScope.current().get(USER)).isEqualTo("u-1"));
    assertThatIllegalStateException()
        .isThrownBy(() -> work.grant(TOKEN))
        .withMessageContaining("secret token");
  }

  @Test
  void detach_seesWhatItsViewSees() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () ->
                RequestScope.current()
                    .with(USER, "child")
                    .detach(USER)
                    .run(() -> assertThat(RequestScope.current().get(USER)).isEqualTo("child")));
  }

  @Test
  void grant_aSecretIsCopied_andWipedAtItsOwnEnd() {
    char[] token = "s3cret".toCharArray();
    byte[] seed = {1, 2, 3};
    DetachedWork work =
        waybill
            .request()
            .call(
                () -> {
                  RequestScope.current().set(TOKEN, token);
                  RequestScope.current().set(SEED, seed);
                  return RequestScope.current().detach().grant(TOKEN, SEED);
                });
    assertThat(token).containsOnly('\0');
    assertThat(seed).containsOnly(0);

    List<char[]> held = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      work.run(
          () -> {
            assertThat(RequestScope.current().get(TOKEN)).containsExactly("s3cret".toCharArray());
            assertThat(RequestScope.current().get(SEED)).containsExactly(1, 2, 3);
            held.add(RequestScope.current().get(TOKEN));
          });
    }
    assertThat(held).allSatisfy(copy -> assertThat(copy).containsOnly('\0'));
  }

  /** Nobody wipes it, so that nobody needs a copy. */
  @Test
  void grant_anArrayThatIsNoSecret_isShared() {
    byte[] open = {1, 2, 3};
    waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(OPEN, open);
              return RequestScope.current().detach().grant(OPEN);
            })
        .run(() -> assertThat(RequestScope.current().get(OPEN)).isSameAs(open));

    assertThat(open).containsExactly(1, 2, 3);
  }

  @Test
  void grant_isToTheWorkThatItReturns() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope.current().set(NOTE, "value");
              DetachedWork without = RequestScope.current().detach();
              DetachedWork with = without.grant(NOTE);
              with.run(() -> assertThat(RequestScope.current().get(NOTE)).isEqualTo("value"));
              without.run(() -> assertThat(RequestScope.current().get(NOTE)).isNull());
            });
  }

  @Test
  void grant_aDestroyable_isRefused() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope.current().set(KEY, new Destroyable() {});
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> RequestScope.current().detach().grant(KEY))
                  .withMessageContaining("secret key: can't be granted");
            });
  }

  @Test
  void undeclaredField() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> scope.detach(BaggageField.attribute("x", FieldCodec.string())))
                  .withMessageContaining("attribute x: not declared");
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> scope.detach().grant(LocalField.named("y")))
                  .withMessageContaining("local y: not declared");
            });
  }

  @Test
  void wrap_eachRunHasItsOwnScopeAndEnd() {
    List<RequestScope> seen = new ArrayList<>();
    Runnable job =
        waybill
            .request()
            .call(
                () ->
                    RequestScope.current()
                        .detach()
                        .wrap(
                            () -> {
                              RequestScope.current().set(NOTE, "run " + seen.size());
                              seen.add(RequestScope.current());
                            }));
    job.run();
    job.run();

    assertThat(seen).allMatch(RequestScope::isEnded);
    assertThat(seen).extracting(scope -> scope.get(NOTE)).containsExactly("run 0", "run 1");
  }
}
