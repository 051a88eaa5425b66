package io.waybill.sdk;

import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a header costs is bounded by its limit, and not by what a peer sends. */
class BoundedHeadersTest {
  private static final int LIMIT = 8192;
  private static final String ALIAS = "x-user-id";
  private static final String ALIAS_LIST = "x-langs";
  private static final String CERTIFICATE = "x-forwarded-client-cert";
  private static final BaggageField<String> LANGUAGES =
      BaggageField.attribute("languages", FieldCodec.string());
  // The proxy's, so that all headers are read.
  private static final Peer PEER =
      Peer.verified(Set.of("dns:proxy"), null, new InetSocketAddress("10.0.0.1", 8443));
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static Waybill waybill(boolean explains) {
    OpenTelemetry traces =
        OpenTelemetry.propagating(
            ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
    WaybillBuilder setUp =
        Waybill.builder(traces)
            .carry(USER, rule -> rule.alias(ALIAS))
            .carry(LANGUAGES, rule -> rule.aliasList(ALIAS_LIST))
            .limits(Limits.DEFAULT.withInboundBytes(LIMIT))
            .leakDetection(LeakDetection.OFF)
            .peers(
                PeerRules.none()
                    .forwardedCertificate(8443, "dns:proxy")
                    .listener(8443, TrustZone.OWN));
    return (explains ? setUp.explain() : setUp).build();
  }

  static Stream<Arguments> headersAndLines() {
    List<String> lines =
        List.of(
            "", ",", " ", "a=1", "a", "x".repeat(1000), TRACEPARENT, "URI=spiffe://shop/orders");
    return Stream.of("baggage", "tracestate", "traceparent", ALIAS, ALIAS_LIST, CERTIFICATE)
        .flatMap(header -> lines.stream().map(line -> Arguments.of(header, line)))
        .flatMap(
            of ->
                Stream.of(false, true)
                    .map(explains -> Arguments.of(of.get()[0], of.get()[1], explains)));
  }

  @ParameterizedTest(name = "{0}: {1}, explained {2}")
  @MethodSource("headersAndLines")
  void receive_tenTimesAsManyLines(String header, String line, boolean explains) {
    Repeated carrier = new Repeated(header, line);

    IncomingCall request =
        waybill(explains).receive(carrier, Repeated.GETTER, PEER, "GET", span -> {});

    assertThat(request.end()).isTrue();
    assertThat(carrier.looked).as("lines looked at").isLessThanOrEqualTo(LIMIT + 2);
    assertThat((long) carrier.looked * line.length())
        .as("chars looked at")
        .isLessThanOrEqualTo(2L * (LIMIT + line.length()));
  }

  static Stream<Arguments> headersAndUnits() {
    return headersAndLines().filter(of -> !String.valueOf(of.get()[1]).isEmpty());
  }

  @ParameterizedTest(name = "{0}: {1}, explained {2}")
  @MethodSource("headersAndUnits")
  void receive_oneLineOfAMebibyte_allocatesAsOneOfTheLimit(
      String header, String unit, boolean explains) {
    Waybill waybill = waybill(explains);
    String repeated = unit + (header.equals("traceparent") || header.equals(ALIAS) ? "" : ",");

    long atTheLimit = cost(waybill, header, repeated.repeat(2 * LIMIT / repeated.length()));
    long ofAMebibyte = cost(waybill, header, repeated.repeat((1 << 20) / repeated.length()));

    assertThat(ofAMebibyte).isLessThan(atTheLimit + LIMIT);
  }

  /** Returns the bytes of the second of two requests: classes and tables are paid by the first. */
  private static long cost(Waybill waybill, String header, String line) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, List<String>> carrier = Map.of(header, List.of(line));
    long bytes = 0;
    for (int i = 0; i < 2; i++) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      waybill.receive(carrier, Fixture.Lines.GETTER, PEER, "GET", span -> {}).end();
      bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
    return bytes;
  }

  /** A carrier in which one header has the same line many times. */
  private static final class Repeated implements Iterator<String> {
    static final TextMapGetter<Repeated> GETTER = new Getter();

    private final String header;
    private final String line;
    private int looked;

    Repeated(String header, String line) {
      this.header = header;
      this.line = line;
    }

    @Override
    public boolean hasNext() {
      return looked < 10 * LIMIT;
    }

    @Override
    public String next() {
      looked++;
      return line;
    }

    private static final class Getter implements TextMapGetter<Repeated> {
      @Override
      @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
      public Iterable<String> keys(Repeated carrier) {
        return List.of(carrier.header);
      }

      @Override
      public @Nullable String get(@Nullable Repeated carrier, String name) {
        Iterator<String> all = getAll(carrier, name);
        return all.hasNext() ? all.next() : null;
      }

      @Override
      public Iterator<String> getAll(@Nullable Repeated carrier, String name) {
        // A state is read of a trace that came in.
        if (name.equals("traceparent") && !carrier.header.equals(name)) {
          return List.of(TRACEPARENT).iterator();
        }
        return carrier.header.equals(name) ? carrier : Collections.emptyIterator();
      }
    }
  }
}
