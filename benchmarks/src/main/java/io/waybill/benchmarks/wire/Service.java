package io.waybill.benchmarks.wire;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A service among its own: it receives a header, reads it, and sends it on, by Waybill or by
 * OpenTelemetry's propagator. Nothing is traced, so what is measured is baggage.
 *
 * <p><b>Threading.</b> For one thread.
 */
final class Service {
  /** As long as a UUID. */
  static final String VALUE = "a-value-as-long-as-a-uuid-would-have";

  private static final W3CBaggagePropagator PLAIN = W3CBaggagePropagator.getInstance();
  private static final BaggageHeader HEADER = new BaggageHeader();
  private static final TextMapSetter<@Nullable String[]> SETTER =
      (carrier, name, value) -> Objects.requireNonNull(carrier)[0] = value;
  private static final Peer PEER = Peer.unverified(null, null);
  private static final Destination OWN =
      Objects.requireNonNull(Destination.of(URI.create("http://orders.shop.internal")));

  private final List<BaggageField<String>> fields;
  private final Waybill waybill;
  private final @Nullable String[] sent = new String[1];

  private Service(List<BaggageField<String>> fields) {
    this.fields = fields;
    WaybillBuilder setUp =
        Waybill.builder(OpenTelemetry.noop())
            .peers(peer -> TrustZone.OWN)
            .destination("http://orders.shop.internal", TrustZone.OWN)
            .spans(SpanMode.NEVER)
            .leakDetection(LeakDetection.OFF);
    fields.forEach(setUp::carry);
    waybill = setUp.build();
  }

  /**
   * Returns a service with as many fields; one half identity, the request id first, the other
   * attributes: the order in which Waybill writes them.
   */
  static Service withFields(int fields) {
    List<BaggageField<String>> declared = new ArrayList<>();
    declared.add(BaggageField.REQUEST_ID);
    for (int i = 1; i < fields; i++) {
      declared.add(
          i < fields / 2
              ? BaggageField.identity(name(i), FieldCodec.string())
              : BaggageField.attribute(name(i), FieldCodec.string()));
    }
    return new Service(declared);
  }

  /** Returns a header of as many members, those of the fields first. */
  static String header(int members, String value) {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      written.add((i == 0 ? BaggageField.REQUEST_ID.name() : name(i)) + "=" + value);
    }
    return written.stream().collect(Collectors.joining(","));
  }

  private static String name(int i) {
    return String.format("member.%02d", i);
  }

  /** Returns field {@code i}. */
  BaggageField<String> field(int i) {
    return fields.get(i);
  }

  IncomingCall receive(String header) {
    return waybill.receive(header, HEADER, PEER, "GET", span -> {});
  }

  /** Reads all fields of a request that {@code header} brings, and ends it. */
  void readAll(String header, Blackhole blackhole) {
    IncomingCall request = receive(header);
    for (BaggageField<String> field : fields) {
      blackhole.consume(request.scope().get(field));
    }
    request.end();
  }

  /** Returns the header of a call in {@code caller}. */
  String send(Context caller) {
    waybill.send(caller, OWN).inject(sent, SETTER, List.of(), Limits.DEFAULT.httpBytes());
    return takeSent();
  }

  /** Returns the header of a call in {@code request} with another value of {@code field}. */
  String sendChanged(IncomingCall request, BaggageField<String> field, String value) {
    return request.scope().with(field, value).call(() -> send(Context.current()));
  }

  static Context plainReceive(String header) {
    return PLAIN.extract(Context.root(), header, HEADER);
  }

  /** Reads what {@link #readAll} reads. */
  void plainReadAll(String header, Blackhole blackhole) {
    Baggage baggage = Baggage.fromContext(plainReceive(header));
    for (BaggageField<String> field : fields) {
      blackhole.consume(baggage.getEntryValue(field.name()));
    }
  }

  String plainSend(Context caller) {
    PLAIN.inject(caller, sent, SETTER);
    return takeSent();
  }

  /** Returns what {@link #sendChanged} returns, but for the order of the members. */
  String plainSendChanged(Context request, BaggageField<String> field, String value) {
    Baggage changed = Baggage.fromContext(request).toBuilder().put(field.name(), value).build();
    try (Scope ignored = request.with(changed).makeCurrent()) {
      return plainSend(Context.current());
    }
  }

  /** Throws if one side does not read and send on what {@code header} says. */
  void check(String header, String value) {
    IncomingCall request = receive(header);
    Context plain = plainReceive(header);
    for (BaggageField<String> field : fields) {
      same(value, request.scope().get(field));
      same(value, Baggage.fromContext(plain).getEntryValue(field.name()));
    }
    same(header, send(request.context()));
    same("" + header.length(), "" + plainSend(plain).length());
    request.end();
  }

  private static void same(String expected, @Nullable String was) {
    if (!expected.equals(was)) {
      throw new IllegalStateException("read or sent: " + was + " (expected: " + expected + ")");
    }
  }

  private String takeSent() {
    String header = Objects.requireNonNull(sent[0], "no header was sent");
    sent[0] = null;
    return header;
  }

  /** A carrier that is the value of the only header there is. */
  private static final class BaggageHeader implements TextMapGetter<String> {
    private static final String NAME = "baggage";

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(String carrier) {
      return List.of(NAME);
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String name) {
      return name.equals(NAME) ? carrier : null;
    }
  }
}
