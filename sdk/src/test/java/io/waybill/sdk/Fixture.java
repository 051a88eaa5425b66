package io.waybill.sdk;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service with some fields, its telemetry, and carriers that are maps of lines. */
final class Fixture {
  enum Plan {
    FREE,
    GOLD
  }

  static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string().maxLength(16));
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  static final BaggageField<Plan> PLAN =
      BaggageField.attribute("plan", FieldCodec.enumOf(Plan.class));
  static final BaggageField<String> LOCALE = BaggageField.attribute("locale", FieldCodec.string());
  static final LocalField<String> NOTE = LocalField.named("note");
  static final LocalField<char[]> TOKEN = LocalField.secret("token");

  static final Peer PEER = Peer.unverified(null, null);
  static final Destination OWN = destination("http://own.internal");
  static final Destination PARTNER = destination("https://partner.example");
  static final Destination UNKNOWN = destination("https://unknown.example");

  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  final InMemoryMetricReader metrics = InMemoryMetricReader.create();

  /** Returns telemetry with our propagator in the place of the plain one. */
  OpenTelemetrySdk telemetry() {
    return telemetry(WaybillPropagator.create());
  }

  OpenTelemetrySdk plainTelemetry() {
    return telemetry(W3CBaggagePropagator.getInstance());
  }

  OpenTelemetrySdk telemetry(TextMapPropagator baggage) {
    return telemetryOf(W3CTraceContextPropagator.getInstance(), baggage);
  }

  OpenTelemetrySdk telemetryOf(TextMapPropagator... propagators) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build())
        .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
        .setPropagators(ContextPropagators.create(TextMapPropagator.composite(propagators)))
        .build();
  }

  /** Returns the set-up of a service that believes its peers. */
  WaybillBuilder service(OpenTelemetry telemetry) {
    return Waybill.builder(telemetry)
        .carry(USER)
        .carry(TENANT)
        .carry(PLAN)
        .carry(LOCALE, rule -> rule.admitFrom(TrustZone.PUBLIC))
        .keep(NOTE)
        .keep(TOKEN)
        .peers(peer -> TrustZone.OWN)
        .destination("http://own.internal", TrustZone.OWN)
        .destination("https://partner.example", TrustZone.PARTNER, LOCALE);
  }

  Waybill trusting() {
    return service(telemetry()).build();
  }

  Waybill distrusting() {
    return service(telemetry()).peers(peer -> TrustZone.PUBLIC).build();
  }

  static IncomingCall receive(Waybill waybill, String... headers) {
    return waybill.receive(Lines.of(headers), Lines.GETTER, PEER, "GET", span -> {});
  }

  long dropped(Outcome outcome) {
    Collection<LongPointData> points =
        metrics.collectAllMetrics().stream()
            .filter(metric -> metric.getName().equals("waybill.dropped"))
            .flatMap(metric -> metric.getLongSumData().getPoints().stream())
            .toList();
    return points.stream()
        .filter(point -> point.getAttributes().asMap().containsValue(outcome.label()))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  List<SpanData> finishedSpans() {
    return spans.getFinishedSpanItems();
  }

  private static Destination destination(String uri) {
    Destination destination = Destination.of(URI.create(uri));
    if (destination == null) {
      throw new AssertionError(uri);
    }
    return destination;
  }

  /** Header lines by lower-case name, several for one name. */
  static final class Lines {
    static final TextMapGetter<Map<String, List<String>>> GETTER = new Getter();

    private Lines() {}

    /** Returns the headers of {@code "name: value"} lines. */
    static Map<String, List<String>> of(String... headers) {
      Map<String, List<String>> lines = new LinkedHashMap<>();
      for (String header : headers) {
        int colon = header.indexOf(": ");
        lines
            .computeIfAbsent(header.substring(0, colon), name -> new java.util.ArrayList<>())
            .add(header.substring(colon + 2));
      }
      return lines;
    }

    private static final class Getter implements TextMapGetter<Map<String, List<String>>> {
      @Override
      @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
      public Iterable<String> keys(Map<String, List<String>> carrier) {
        return carrier.keySet();
      }

      @Override
      public @Nullable String get(@Nullable Map<String, List<String>> carrier, String name) {
        Iterator<String> all = getAll(carrier, name);
        return all.hasNext() ? all.next() : null;
      }

      @Override
      public Iterator<String> getAll(@Nullable Map<String, List<String>> carrier, String name) {
        return carrier == null
            ? Collections.emptyIterator()
            : carrier.getOrDefault(name, List.of()).iterator();
      }
    }
  }
}
