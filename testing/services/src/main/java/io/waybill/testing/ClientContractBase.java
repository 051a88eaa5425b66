package io.waybill.testing;

import static io.waybill.testing.ContractFields.PLAN;
import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TENANT;
import static io.waybill.testing.ContractFields.TOKEN;
import static io.waybill.testing.ContractFields.USER;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.ClientInterceptorContract.Service;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** How an adapter of a client is driven by its contract. */
abstract class ClientContractBase extends ContractBase {
  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  final Queue<Context> below = new ConcurrentLinkedQueue<>();
  private final Queue<Map<String, List<String>>> received = new ConcurrentLinkedQueue<>();

  /** Starts a server of the adapter's transport, without Waybill. */
  protected abstract Server serve(Service service) throws Exception;

  /**
   * Opens a client of {@code origin}, which may be one where nobody listens.
   *
   * @param waybill the set-up; null for the same client without Waybill
   * @param below to be run in each call where an interceptor below Waybill would run
   */
  protected abstract Client open(@Nullable Waybill waybill, String origin, Runnable below)
      throws Exception;

  /**
   * Returns whether {@code context} is {@code caller}'s, in which a callback has to run. Other
   * instrumentation around the adapter may have made its own of it, which is then the adapter's
   * caller.
   */
  protected boolean isCallers(Context context, Context caller) {
    return context == caller;
  }

  WaybillBuilder setUp() {
    return setUp(run.telemetry.openTelemetry());
  }

  WaybillBuilder setUp(OpenTelemetry openTelemetry) {
    return configure(ContractFields.setUp(openTelemetry));
  }

  Waybill releasingTo(String origin) {
    return run.build(setUp().destination(origin, TrustZone.OWN));
  }

  /** Starts a server that remembers what it was sent, and answers with {@code fine}. */
  Server recording() throws Exception {
    return answering(headers -> completedFuture("fine"));
  }

  Server answering(Service service) throws Exception {
    Service recording =
        headers -> {
          received.add(headers);
          return service.serve(headers);
        };
    return run.opened(serve(recording));
  }

  /** Returns where nobody listens, and nobody can: the port is taken until the test is over. */
  String refusing() throws Exception {
    Socket taken = run.opened(new Socket());
    taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    String origin = recording().origin();
    return origin.substring(0, origin.lastIndexOf(':') + 1) + taken.getLocalPort();
  }

  Client client(@Nullable Waybill waybill, String origin) throws Exception {
    return run.opened(open(waybill, origin, () -> below.add(Context.current())));
  }

  /** Returns the headers of the only call that the server has received. */
  Map<String, List<String>> received() {
    List<Map<String, List<String>>> all = new ArrayList<>(received);
    if (all.size() != 1) {
      throw new AssertionError("calls received: " + all.size() + " (expected: one)");
    }
    return all.get(0);
  }

  Map<String, List<String>> takeReceived() {
    Map<String, List<String>> only = received();
    received.clear();
    return only;
  }

  List<String> lines(String name) {
    return received().getOrDefault(name, List.of());
  }

  List<String> members() {
    return lines("baggage").isEmpty() ? List.of() : List.of(lines("baggage").get(0).split(","));
  }

  /** Calls as u-1 of t-1, in a request with a secret. */
  static String callAs(Waybill waybill, Callable<String> call) throws Exception {
    return waybill
        .request()
        .with(USER, "u-1")
        .with(TENANT, "t-1")
        .call(
            () -> {
              RequestScope.current().set(TOKEN, SECRET.toCharArray());
              return call.call();
            });
  }

  /** Returns what came of a call, to be compared: its text, or what it threw and why. */
  static String outcome(Callable<String> call) {
    try {
      return call.call();
    } catch (Exception failure) {
      Throwable cause =
          failure instanceof ExecutionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      return cause.toString();
    }
  }

  static <V> V in(Context context, Callable<V> task) throws Exception {
    try (Scope ignored = context.makeCurrent()) {
      return task.call();
    }
  }

  static <V> V request(Waybill waybill, String user, Callable<V> task) throws Exception {
    return waybill.request().with(USER, user).with(PLAN, user).call(task::call);
  }

  /** Returns a Context below a span that somebody else has sent, with a state of theirs. */
  static Context traced() {
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    TRACE,
                    "b7ad6b7169203331",
                    TraceFlags.getSampled(),
                    TraceState.builder().put("vendor", "v").build())));
  }
}
