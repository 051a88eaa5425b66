package io.waybill.benchmarks;

import com.sun.management.ThreadMXBean;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures how the cost of a request grows with a header that it brings (RATIONALE: "How does the
 * cost of a header grow?").
 */
final class HeaderGrowth {
  /** What asks for it; it is never among all benchmarks. */
  static final String NAME = "growth";

  private static final int KIBIBYTE = 1024;
  private static final List<Integer> SIZES = List.of(8, 1, 64, 256, 1024);
  private static final List<String> HEADS =
      List.of("header", "explain", "8 KiB: µs", "B", "1 KiB", "64 KiB", "256 KiB", "1 MiB");
  private static final int FIRST_NUMBER = 2;
  // A proxy, so that all headers are read.
  private static final Peer PEER =
      Peer.verified(Set.of("dns:proxy"), null, new InetSocketAddress("10.0.0.1", 8443));
  private static final PeerRules PEERS =
      PeerRules.none().forwardedCertificate(8443, "dns:proxy").listener(8443, TrustZone.OWN);
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> LANGUAGES =
      BaggageField.attribute("languages", FieldCodec.string());

  private final int millis;

  private HeaderGrowth(int millis) {
    this.millis = millis;
  }

  /** Returns the table: a header of the default limit, and others by the ratio to that. */
  static String measure(boolean brief) {
    HeaderGrowth growth = new HeaderGrowth(brief ? 20 : 200);
    growth.table(); // The JIT compiler sees all of it, before any of it counts.
    return growth.table();
  }

  private String table() {
    List<List<String>> lines = new ArrayList<>(List.of(HEADS));
    for (InboundHeader header : InboundHeader.ALL) {
      lines.add(cells(header, false));
      lines.add(cells(header, true));
    }
    return Table.aligned(lines, FIRST_NUMBER);
  }

  private List<String> cells(InboundHeader header, boolean explains) {
    Waybill waybill = waybill(header, explains);
    List<Cost> costs = SIZES.stream().map(size -> cost(waybill, header, size * KIBIBYTE)).toList();
    Cost limit = costs.get(0);
    List<String> cells = new ArrayList<>(List.of(header.label(), explains ? "yes" : ""));
    cells.add(Table.number("%.1f", limit.nanos() / 1000));
    cells.add(Table.number("%.0f", limit.bytes()));
    costs.stream().skip(1).forEach(cost -> cells.add(ratios(cost, limit)));
    return cells;
  }

  private static String ratios(Cost cost, Cost limit) {
    return Table.number("%.2f", cost.nanos() / limit.nanos())
        + ", "
        + Table.number("%.2f", cost.bytes() / limit.bytes());
  }

  private static Waybill waybill(InboundHeader header, boolean explains) {
    ContextPropagators propagators =
        ContextPropagators.create(W3CTraceContextPropagator.getInstance());
    WaybillBuilder setUp =
        Waybill.builder(OpenTelemetry.propagating(propagators))
            .carry(USER, rule -> rule.alias("x-user-id"))
            .carry(LANGUAGES, rule -> rule.aliasList("x-langs"))
            .limits(header.limits())
            .peers(PEERS)
            .spans(SpanMode.NEVER)
            .leakDetection(LeakDetection.OFF);
    return (explains ? setUp.explain() : setUp).build();
  }

  /** Returns what a request costs: the fastest of some rounds, and the bytes of the last. */
  private Cost cost(Waybill waybill, InboundHeader header, int size) {
    Map<String, List<String>> carrier = Map.of(header.header(), header.lines(size));
    long end = System.nanoTime() + millis * 1_000_000L;
    double nanos = Double.MAX_VALUE;
    double bytes = 0;
    int calls = 1;
    while (System.nanoTime() < end) {
      long allocated = allocated();
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        waybill.receive(carrier, Lines.GETTER, PEER, "GET", span -> {}).end();
      }
      long took = System.nanoTime() - start;
      bytes = (double) (allocated() - allocated) / calls;
      nanos = Math.min(nanos, (double) took / calls);
      calls = took < 1_000_000 ? calls * 2 : calls;
    }
    return new Cost(nanos, bytes);
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** A carrier that is a map of lines; a trace comes with all but its own header. */
  private enum Lines implements TextMapGetter<Map<String, List<String>>> {
    GETTER;

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Map<String, List<String>> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, List<String>> carrier, String name) {
      Iterator<String> lines = getAll(carrier, name);
      return lines.hasNext() ? lines.next() : null;
    }

    @Override
    public Iterator<String> getAll(@Nullable Map<String, List<String>> carrier, String name) {
      List<String> lines = carrier == null ? null : carrier.get(name);
      if (lines == null && name.equals("traceparent")) {
        return List.of(InboundHeader.TRACEPARENT).iterator();
      }
      return lines == null ? Collections.emptyIterator() : lines.iterator();
    }
  }
}
