package io.waybill.testing;

import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TENANT;
import static io.waybill.testing.ContractFields.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What each adapter of a client does, whatever its transport. A test class of the adapter inherits
 * it, and says by {@code serve} how a server of that transport is started, and by {@code open} how
 * a client of it is made:
 *
 * <pre>{@code
 * class MyClientContractTest extends ClientInterceptorContract {
 *   protected Server serve(Service service) { ... }
 *   protected Client open(@Nullable Waybill waybill, String origin, Runnable below) { ... }
 * }
 * }</pre>
 *
 * <p>After each test each span has ended once, no request is open, no thread has a Context other
 * than the root, and java.util.logging was told no value.
 *
 * <p>The tests are not for overriding: an adapter that differs from one of them does not keep the
 * contract.
 */
public abstract class ClientInterceptorContract extends ClientUsersContract {
  /** What the called server does with a call, in words of no transport. */
  @FunctionalInterface
  public interface Service {
    /**
     * Serves a call. What it throws, and a failure, is answered with an error.
     *
     * @param headers what was sent: lower-case names, with all lines of each
     * @return the text of the answer, which may come later
     */
    CompletionStage<String> serve(Map<String, List<String>> headers);
  }

  /** A server on the loopback address that knows nothing of Waybill. */
  public interface Server extends AutoCloseable {
    /** Returns where it is, as set-up names a destination: {@code http://127.0.0.1:8080}. */
    String origin();

    /** Stops the server. May be called twice. */
    @Override
    void close() throws Exception;
  }

  /** A client of one server. */
  public interface Client extends AutoCloseable {
    /**
     * Calls the server, and waits for the answer.
     *
     * @param headers what the application itself writes into the call
     * @return the text of the answer, and whatever the transport tells of its success
     */
    String call(Map<String, String> headers) throws Exception;

    /**
     * Calls the server.
     *
     * @param callback told the name of each callback into user code, in that callback
     * @return as {@link #call}; cancelling it cancels the call
     */
    CompletableFuture<String> callAsync(Map<String, String> headers, Consumer<String> callback);

    /**
     * Prepares a call that is made as often as the result is asked. A transport whose calls, or
     * whose contexts of calls, can be used again overrides it, and does so: by a clone, a shared
     * context, a second subscription.
     *
     * @param headers as of {@link #call}
     */
    default Callable<String> repeatable(Map<String, String> headers) {
      return () -> call(headers);
    }

    /** Closes the client. */
    @Override
    void close() throws Exception;
  }

  /** For adapters. */
  protected ClientInterceptorContract() {}

  @Test
  void identity_isReleasedToNamedDestination() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> client.call(Map.of()));

    assertThat(lines("baggage")).hasSize(1);
    assertThat(members()).contains("user.id=u-1", "tenant.id=t-1");
    expectOnSpan(SpanKind.CLIENT, "user.id", "u-1");
  }

  @Test
  void identity_isReleasedAsynchronously() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> ContractRun.get(client.callAsync(Map.of(), callback -> {})));

    assertThat(lines("baggage")).hasSize(1);
    assertThat(members()).contains("user.id=u-1", "tenant.id=t-1");
  }

  @Test
  void identity_isWithheldFromOthers() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo("http://other.internal");
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> client.call(Map.of("baggage", "mine=1")));

    assertThat(lines("baggage")).isEmpty();
    assertThat(received().toString()).doesNotContain("u-1", "t-1", "mine=1", SECRET);
    assertThat(run.telemetry.dropped(Outcome.WITHHELD)).isPositive();
  }

  @Test
  void partner_getsNamedFieldsOnly() throws Exception {
    Server server = recording();
    Waybill waybill = run.build(setUp().destination(server.origin(), TrustZone.PARTNER, TENANT));
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> client.call(Map.of()));

    assertThat(lines("baggage")).containsExactly("tenant.id=t-1");
  }

  @Test
  void trace_goesToEverybody_andItsStateToOwnOnly() throws Exception {
    for (TrustZone zone : TrustZone.values()) {
      Server server = recording();
      Waybill waybill = run.build(setUp().destination(server.origin(), zone));
      Client client = client(waybill, server.origin());

      in(traced(), () -> client.call(Map.of()));

      Map<String, List<String>> sent = takeReceived();
      assertThat(sent.getOrDefault("traceparent", List.of()))
          .as("to %s", zone)
          .hasSize(1)
          .allMatch(line -> line.startsWith("00-" + TRACE + "-"));
      assertThat(sent.getOrDefault("tracestate", List.of()))
          .isEqualTo(zone == TrustZone.OWN ? List.of("vendor=v") : List.of());
    }
  }

  @Test
  void span_isTheParentOfWhatIsCalled() throws Exception {
    Server server = recording();
    Client client = client(releasingTo(server.origin()), server.origin());

    in(traced(), () -> client.call(Map.of()));

    assertThat(run.telemetry.span(SpanKind.CLIENT).getTraceId()).isEqualTo(TRACE);
    assertThat(lines("traceparent"))
        .containsExactly(
            "00-" + TRACE + "-" + run.telemetry.span(SpanKind.CLIENT).getSpanId() + "-01");
  }

  @Test
  void context_belowHasNoBaggage() throws Exception {
    Server server = recording();
    Waybill waybill = run.build(setUp().destination(server.origin(), TrustZone.PARTNER, TENANT));
    Client client = client(waybill, server.origin());
    Context foreign = Context.root().with(Baggage.builder().put("region", "eu").build());

    in(foreign, () -> callAs(waybill, () -> client.call(Map.of())));

    assertThat(below)
        .isNotEmpty()
        .allSatisfy(context -> assertThat(Baggage.fromContext(context).asMap()).isEmpty());
    assertThat(below)
        .extracting(RequestScope::fromContextOrNull)
        .allSatisfy(scope -> assertThat(scope.get(USER)).isNotNull());
  }

  @Test
  void baggage_ofApplicationIsMergedIntoOne() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> client.call(Map.of("baggage", "user.id=forged,mine=1")));

    assertThat(lines("baggage")).hasSize(1);
    assertThat(members()).contains("user.id=u-1", "mine=1").doesNotContain("user.id=forged");
  }

  /** What another instrumentation, or the application, has written into this call. */
  @Test
  void trace_thatOthersWrote_goesNoFurtherThanOurs() throws Exception {
    Map<String, String> theirs =
        Map.of("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01", "tracestate", "vendor=v");
    Server untraced = recording();
    client(run.build(setUp().untraced(untraced.origin())), untraced.origin()).call(theirs);
    Map<String, List<String>> sent = takeReceived();
    // Tracing that is inside of ours writes what it likes.
    assertThat(sent.getOrDefault("traceparent", List.of()))
        .hasSize(startsSpans() ? 0 : 1)
        .noneMatch(line -> line.contains(TRACE));
    assertThat(sent).doesNotContainKey("tracestate");

    Server partner = recording();
    Waybill waybill = run.build(setUp().destination(partner.origin(), TrustZone.PARTNER));
    client(waybill, partner.origin()).call(theirs);
    assertThat(lines("traceparent")).hasSize(1);
    assertThat(lines("tracestate")).isEmpty();
  }

  @Test
  void call_outsideOfRequestSendsTraceOnly() throws Exception {
    Server server = recording();
    Client client = client(releasingTo(server.origin()), server.origin());

    client.call(Map.of());

    assertThat(lines("baggage")).isEmpty();
    assertThat(lines("traceparent")).hasSize(1);
  }

  @Test
  void callbacks_runInTheCallersContext() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());
    Queue<Context> seen = new ConcurrentLinkedQueue<>();
    Context caller = waybill.request().with(USER, "u-1").call(Context::current);

    // The call goes on after the request that it was made in.
    ContractRun.get(
        in(caller, () -> client.callAsync(Map.of(), name -> seen.add(Context.current()))));
    run.closeAll();

    assertThat(seen).isNotEmpty().allMatch(context -> isCallers(context, caller));
  }

  @Test
  void call_afterTheRequestSendsIdentityAndIsCounted() throws Exception {
    Server server = recording();
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());
    Queue<Context> kept = new ConcurrentLinkedQueue<>();
    callAs(
        waybill,
        () -> {
          kept.add(Context.current());
          return "";
        });

    in(kept.remove(), () -> client.call(Map.of()));

    assertThat(members()).contains("user.id=u-1");
    assertThat(received().toString()).doesNotContain(SECRET);
    assertThat(run.telemetry.dropped(Outcome.AFTER_END)).isEqualTo(1);
  }

  @Test
  void outcome_isThatWithoutWaybill() throws Exception {
    sameAsWithout(recording().origin());
  }

  @Test
  void outcome_isThatWithoutWaybillWhereServerFails() throws Exception {
    Service failing =
        headers -> CompletableFuture.failedFuture(new IllegalStateException("by the contract"));
    sameAsWithout(answering(failing).origin());
  }

  @Test
  void outcome_isThatWithoutWaybillWhereNobodyListens() throws Exception {
    sameAsWithout(refusing());
  }

  private void sameAsWithout(String origin) throws Exception {
    Client plain = client(null, origin);
    Client ours = client(releasingTo(origin), origin);

    assertThat(outcome(() -> ours.call(Map.of()))).isEqualTo(outcome(() -> plain.call(Map.of())));
    assertThat(outcome(() -> ContractRun.get(ours.callAsync(Map.of(), name -> {}))))
        .isEqualTo(outcome(() -> ContractRun.get(plain.callAsync(Map.of(), name -> {}))));
    assertThat(run.telemetry.spans(SpanKind.CLIENT)).hasSize(2);
  }

  @Test
  void span_endsOnceWhenCancelled() throws Exception {
    CompletableFuture<Boolean> called = new CompletableFuture<>();
    CompletableFuture<String> never = new CompletableFuture<>();
    Server server =
        answering(
            headers -> {
              called.complete(true);
              return never;
            });
    Client client = client(releasingTo(server.origin()), server.origin());

    CompletableFuture<String> answer = client.callAsync(Map.of(), name -> {});
    ContractRun.get(called);
    answer.cancel(true);

    assertThat(answer).isCancelled();
    assertThat(run.telemetry.spans(SpanKind.CLIENT)).hasSize(1);
    never.complete("too late");
  }
}
