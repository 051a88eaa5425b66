package io.waybill.testing;

import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TENANT;
import static io.waybill.testing.ContractFields.TOKEN;
import static io.waybill.testing.ContractFields.USER;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.leaks.ContextLeakExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** How an adapter of a client is driven by its contract. */
@ExtendWith(ContextLeakExtension.class)
abstract class ClientContractBase {
  final ContractRun run = new ContractRun();
  final Queue<Baggage> below = new ConcurrentLinkedQueue<>();
  private final Queue<Map<String, List<String>>> received = new ConcurrentLinkedQueue<>();

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

    /** Closes the client. */
    @Override
    void close() throws Exception;
  }

  /** Starts a server of the adapter's transport, without Waybill. */
  protected abstract Server serve(Service service) throws Exception;

  /**
   * Opens a client of {@code origin}, which may be one where nobody listens any more.
   *
   * @param waybill the set-up; null for the same client without Waybill
   * @param below to be run in each call where an interceptor below Waybill would run
   */
  protected abstract Client open(@Nullable Waybill waybill, String origin, Runnable below)
      throws Exception;

  /** Changes the set-up of the clients, for an adapter that needs more. */
  protected WaybillBuilder configure(WaybillBuilder builder) {
    return builder;
  }

  /** Returns the telemetry of all clients, for other instrumentation beside the adapter. */
  protected final TestTelemetry telemetry() {
    return run.telemetry;
  }

  @AfterEach
  final void requireNothingLeft() throws Exception {
    run.end();
  }

  WaybillBuilder setUp() {
    return configure(ContractFields.setUp(run.telemetry.openTelemetry()));
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

  /** Returns where nobody listens. */
  String refusing() throws Exception {
    Server server = serve(headers -> completedFuture("fine"));
    server.close();
    return server.origin();
  }

  Client client(@Nullable Waybill waybill, String origin) throws Exception {
    return run.opened(open(waybill, origin, () -> below.add(Baggage.current())));
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
}
