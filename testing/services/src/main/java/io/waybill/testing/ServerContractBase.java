package io.waybill.testing;

import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TOKEN;
import static io.waybill.testing.ContractFields.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.ClientRequest;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.leaks.ContextLeakExtension;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** How an adapter of a server is driven by its contract. */
@ExtendWith(ContextLeakExtension.class)
abstract class ServerContractBase {
  final ContractRun run = new ContractRun();

  /** What a server of the contract serves, in words of no transport. */
  public interface Service {
    /**
     * Serves a request, where the transport has user code do that. What it throws is thrown to the
     * transport.
     *
     * @return the text of the answer: if it is not there yet, the adapter answers once it is, on
     *     the thread that completes it; a failure is answered with an error
     */
    CompletionStage<String> serve();

    /**
     * Says that the transport has called other user code for a request, such as a listener.
     *
     * @param callback its name, for messages
     */
    void called(String callback);
  }

  /** A server with a few threads, on the loopback address, and a client without Waybill. */
  public interface Server extends AutoCloseable {
    /**
     * Calls the server.
     *
     * @param headers what is sent, one line for each name
     * @return what came back, which may be an error too; cancelling it cancels the call
     */
    CompletableFuture<Reply> call(Map<String, String> headers);

    /** Stops the server and the client. */
    @Override
    void close() throws Exception;
  }

  /**
   * What a client got.
   *
   * @param status how the transport says it: {@code 200}, {@code UNKNOWN}
   * @param text the text of the answer; empty if there is none
   * @param headers lower-case names, with the first line of each; trailers are headers here
   */
  public record Reply(String status, String text, Map<String, String> headers) {}

  /**
   * Starts a server that the adapter stands in front of.
   *
   * @param waybill the set-up; null for the same server without Waybill
   */
  protected abstract Server start(@Nullable Waybill waybill, Service service) throws Exception;

  /** Returns whether the transport tells a server of a cancelled call before it answers. */
  protected boolean seesCancel() {
    return true;
  }

  /** Changes the set-up of the servers, for an adapter that needs more. */
  protected WaybillBuilder configure(WaybillBuilder builder) {
    return builder;
  }

  /** Returns the telemetry of all servers, for other instrumentation beside the adapter. */
  protected final TestTelemetry telemetry() {
    return run.telemetry;
  }

  @AfterEach
  final void requireNothingLeft() throws Exception {
    run.end();
  }

  WaybillBuilder trusting() {
    return configure(
        ContractFields.setUp(run.telemetry.openTelemetry())
            .peers(peer -> TrustZone.OWN)
            .onRequest((incoming, scope) -> scope.set(TOKEN, SECRET.toCharArray())));
  }

  Server serve(WaybillBuilder setUp, Supplier<CompletionStage<String>> answer) throws Exception {
    return open(run.build(setUp), new Answering(answer));
  }

  Server open(@Nullable Waybill waybill, Service service) throws Exception {
    return run.opened(start(waybill, service));
  }

  /** Expects the answer that the same server gives without Waybill. */
  void sameAsWithout(Service service, String text) throws Exception {
    Reply plain = call(open(null, service));
    Reply ours = call(open(run.build(trusting()), service), "baggage", "user.id=u-1");
    assertThat(ours.status()).as("status with Waybill").isEqualTo(plain.status());
    assertThat(ours.text()).isEqualTo(plain.text()).contains(text);
  }

  static Reply call(Server server, String... header) throws Exception {
    return call(server, header.length == 0 ? Map.of() : Map.of(header[0], header[1]));
  }

  static Reply call(Server server, Map<String, String> headers) throws Exception {
    return ContractRun.get(server.call(headers));
  }

  static String userAtDepth(int frames) {
    return frames == 0 ? user() : userAtDepth(frames - 1);
  }

  static String requestId() {
    return String.valueOf(RequestScope.current().get(BaggageField.REQUEST_ID));
  }

  static String spanId() {
    return Span.current().getSpanContext().getSpanId();
  }

  /** Returns the baggage that a client would send from here. */
  static String sentBy(Waybill waybill, String origin) {
    Map<String, String> headers = new HashMap<>();
    ClientRequest request = waybill.send(Context.current(), Destination.of(URI.create(origin)));
    request.inject(headers, Map::put, List.of(), waybill.limits().httpBytes());
    return headers.getOrDefault("baggage", "");
  }

  record Answering(Supplier<CompletionStage<String>> answer) implements Service {
    @Override
    public CompletionStage<String> serve() {
      return answer.get();
    }

    @Override
    public void called(String callback) {}
  }
}
