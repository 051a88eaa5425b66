package io.waybill.benchmarks.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.WaybillBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reading one of the values of a received request, in hand or from the current Context. Plain code
 * reads the same attribute from the Baggage of the same request, which has as many members.
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls receive() first
public class TypedRead {
  private static final String VALUE = "a-value-as-long-as-a-uuid-would-have";
  private static final LocalField<String> LOCAL = LocalField.named("local");

  /** How many members the request carries; one half identity, and each of a declared field. */
  @Param({"4", "16", "64"})
  public int members;

  private BaggageField<String> identity;
  private BaggageField<String> attribute;
  private RequestScope inHand;
  private Baggage baggage;
  private Scope scope;

  /** Receives the request, and stays in it. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // leave() closes it
  public void receive() {
    List<BaggageField<String>> fields = fields();
    // In the middle by name, too: Baggage sorts its members, and goes through them one by one.
    identity = fields.get(members / 2);
    attribute = fields.get(members / 2 + 1);
    WaybillBuilder setUp = Service.setUp().keep(LOCAL);
    fields.forEach(setUp::carry);
    IncomingCall request = Service.receive(setUp.build(), header(fields));
    inHand = request.scope();
    inHand.set(LOCAL, VALUE);
    baggage = Baggage.fromContext(request.context());
    scope = request.context().makeCurrent();
    check();
  }

  /** Leaves the request. */
  @TearDown
  public void leave() {
    scope.close();
  }

  @Benchmark
  public @Nullable String baggageInHand() {
    return baggage.getEntryValue(attribute.name());
  }

  @Benchmark
  @Against(value = "baggageInHand", goals = @Goal(nanos = 4, allBytes = 0))
  public @Nullable String attributeInHand() {
    return inHand.get(attribute);
  }

  @Benchmark
  @Against(value = "baggageInHand", goals = @Goal(nanos = 4, allBytes = 0))
  public @Nullable String identityInHand() {
    return inHand.get(identity);
  }

  @Benchmark
  @Against(value = "baggageInHand", goals = @Goal(nanos = 4, allBytes = 0))
  public @Nullable String localInHand() {
    return inHand.get(LOCAL);
  }

  @Benchmark
  public @Nullable String baggageCurrent() {
    return Baggage.current().getEntryValue(attribute.name());
  }

  @Benchmark
  @Against("baggageCurrent")
  public @Nullable String attributeCurrent() {
    return RequestScope.current().get(attribute);
  }

  /** Identity and attributes in turn. The first is the request id, which is always declared. */
  private List<BaggageField<String>> fields() {
    List<BaggageField<String>> fields = new ArrayList<>();
    fields.add(BaggageField.REQUEST_ID);
    for (int i = 1; i < members; i++) {
      String name = String.format("member.%02d", i);
      fields.add(
          i % 2 == 0
              ? BaggageField.identity(name, FieldCodec.string())
              : BaggageField.attribute(name, FieldCodec.string()));
    }
    return fields;
  }

  private static String header(List<BaggageField<String>> fields) {
    return fields.stream()
        .map(field -> field.name() + "=" + VALUE)
        .collect(Collectors.joining(","));
  }

  /** A read that finds nothing is fast, and nobody would notice. */
  private void check() {
    List<@Nullable String> read = new ArrayList<>();
    read.add(baggageInHand());
    read.add(attributeInHand());
    read.add(identityInHand());
    read.add(localInHand());
    read.add(baggageCurrent());
    read.add(attributeCurrent());
    if (baggage.size() != members || !read.stream().allMatch(text -> Objects.equals(text, VALUE))) {
      throw new IllegalStateException(
          "members: " + baggage.size() + " carried (expected: " + members + ", each readable)");
    }
  }
}
