package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PEER;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Carriers that break their contract: the request is served, and the call is made. */
class OddCarriersTest {
  private static final BaggageField<String> LEGACY =
      BaggageField.identity("legacy", FieldCodec.string());

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture
          .service(fixture.telemetry())
          .carry(LEGACY, rule -> rule.alias("x-legacy"))
          .onRequest((incoming, scope) -> incoming.header("x-user"))
          .build();

  enum OddGetter implements TextMapGetter<String> {
    NULL_RESULTS(() -> null),
    THROWS(
        () -> {
          throw new IllegalStateException("thrown by the test");
        }),
    THROWS_ERROR(
        () -> {
          throw new NoClassDefFoundError("thrown by the test");
        }),
    ITERATOR_THROWS(
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public String next() {
                throw new java.util.NoSuchElementException();
              }
            });

    private final Supplier<Iterator<String>> lines;

    OddGetter(Supplier<Iterator<String>> lines) {
      this.lines = lines;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(String carrier) {
      throw new IllegalStateException("thrown by the test");
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String name) {
      Iterator<String> all = lines.get();
      return all == null ? null : all.next();
    }

    @Override
    public Iterator<String> getAll(@Nullable String carrier, String name) {
      return lines.get();
    }
  }

  @ParameterizedTest
  @EnumSource
  void in_getterIsOdd(OddGetter getter) {
    IncomingCall request = waybill.receive("", getter, PEER, "GET", span -> {});

    assertThat(request.scope().get(USER)).isNull();
    assertThat(request.scope().get(BaggageField.REQUEST_ID)).hasSize(32);
    request.end();
    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  /** A carrier may hand out each of its iterators once only, and lines that are not there. */
  @Test
  void in_linesOnce_andNoneAmongThem() {
    List<String> lines = new ArrayList<>(Arrays.asList("user.id=u-1", null, "locale=de"));
    TextMapGetter<List<String>> once =
        new TextMapGetter<>() {
          @Override
          @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
          public Iterable<String> keys(List<String> carrier) {
            return List.of("baggage");
          }

          @Override
          public @Nullable String get(@Nullable List<String> carrier, String name) {
            return null;
          }

          @Override
          public Iterator<String> getAll(@Nullable List<String> carrier, String name) {
            if (!name.equals("baggage")) {
              return Collections.emptyIterator();
            }
            List<String> taken = new ArrayList<>(lines);
            lines.clear();
            return taken.iterator();
          }
        };

    IncomingCall request = waybill.receive(lines, once, PEER, "GET", span -> {});

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(request.scope().get(LOCALE)).isEqualTo("de");
    request.end();
  }

  enum OddSetter implements TextMapSetter<Map<String, String>> {
    IMMUTABLE {
      @Override
      public void set(@Nullable Map<String, String> carrier, String name, String value) {
        Map.<String, String>of().put(name, value);
      }
    },
    THROWS_ERROR {
      @Override
      public void set(@Nullable Map<String, String> carrier, String name, String value) {
        throw new NoClassDefFoundError("thrown by the test");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void out_setterIsOdd(OddSetter setter) {
    Context caller =
        waybill.request().with(USER, "u-1").with(LEGACY, "l").call(() -> Context.current());
    OutgoingCall call = waybill.send(caller, OWN);

    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(Map.of(), setter, List.of(), 8192);

    assertThat(call.end()).isTrue();
    assertThat(fixture.finishedSpans()).hasSize(1);
    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).isPositive();
  }

  /** One header that a carrier refuses is not the end of the others. */
  @Test
  void out_setterRefusesOneHeader() {
    Context caller =
        waybill.request().with(USER, "u-1").with(LEGACY, "l").call(() -> Context.current());
    Map<String, String> sent = new java.util.TreeMap<>();

    OutgoingCall call = waybill.send(caller, OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(
        sent,
        (to, name, value) -> {
          if (name.equals("baggage")) {
            throw new IllegalArgumentException("thrown by the test");
          }
          to.put(name, value);
        },
        List.of(),
        8192);
    call.end();

    assertThat(sent).containsOnlyKeys("traceparent", "x-legacy");
  }
}
