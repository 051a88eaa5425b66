package io.waybill.testing;

import static io.waybill.testing.ContractFields.PLAN;
import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TOKEN;
import static io.waybill.testing.ContractFields.USER;
import static io.waybill.testing.ContractFields.user;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.IncomingRequest;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.ServerInterceptorContract.Reply;
import io.waybill.testing.ServerInterceptorContract.Server;
import io.waybill.testing.ServerInterceptorContract.Service;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How an adapter of a server is driven by its contract. */
abstract class ServerContractBase extends ContractBase {
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

  WaybillBuilder trusting() {
    return trusting(run.telemetry.openTelemetry());
  }

  WaybillBuilder trusting(OpenTelemetry openTelemetry) {
    return configure(
        ContractFields.setUp(openTelemetry)
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

  static CompletionStage<String> identifiedLate() {
    RequestScope.current().identify(USER, "u-late");
    return completedFuture(user());
  }

  /** Returns the header, or what reading it throws. */
  static String header(IncomingRequest incoming, String name) {
    try {
      return String.valueOf(incoming.header(name));
    } catch (RuntimeException thrown) {
      return thrown.getClass().getSimpleName();
    }
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
    OutgoingCall request = waybill.send(Context.current(), Destination.of(URI.create(origin)));
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

  CompletionStage<String> answerOfOneOfMany() {
    RequestScope scope = RequestScope.current();
    String plan = scope.require(PLAN);
    return switch (plan.charAt(plan.length() - 1)) {
      case '3' -> throw new IllegalStateException("thrown by the contract");
      case '4', '5', '6' ->
          CompletableFuture.supplyAsync(() -> scope.call(ContractFields::user), run.threads);
      case '9' -> {
        scope.identify(USER, plan);
        yield completedFuture(user());
      }
      default -> completedFuture(user());
    };
  }
}
