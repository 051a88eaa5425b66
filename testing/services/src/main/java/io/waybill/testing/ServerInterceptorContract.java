package io.waybill.testing;

import static io.waybill.testing.ContractFields.ALIASED;
import static io.waybill.testing.ContractFields.SECRET;
import static io.waybill.testing.ContractFields.TOKEN;
import static io.waybill.testing.ContractFields.USER;
import static io.waybill.testing.ContractFields.user;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.RequestScope;
import io.waybill.sdk.MirrorMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What each adapter of a server does, whatever its transport. A test class of the adapter inherits
 * it, and says by {@link #start} how a server is started and called:
 *
 * <pre>{@code
 * class MyServerContractTest extends ServerInterceptorContract {
 *   protected Server start(@Nullable Waybill waybill, Service service) { ... }
 * }
 * }</pre>
 *
 * <p>After each test each span has ended once, no request is open, no thread has a Context other
 * than the root, and java.util.logging was told no value.
 *
 * <p>The tests are not for overriding: an adapter that differs from one of them does not keep the
 * contract.
 */
public abstract class ServerInterceptorContract extends ServerFaultsContract {
  private static final int CALLS = 1_000;
  private static final int AT_ONCE = 100;
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

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

  /** For adapters. */
  protected ServerInterceptorContract() {}

  @Test
  void identity_ofTrustedPeer_isReadAtDepth() throws Exception {
    Server server = serve(trusting(), () -> completedFuture(userAtDepth(20)));

    Reply reply = call(server, "baggage", "user.id=u-1,plan=gold");

    assertThat(reply.text()).isEqualTo("u-1");
    expectOnSpan(SpanKind.SERVER, "user.id", "u-1");
    expectOnSpan(SpanKind.SERVER, "plan", "gold");
  }

  @Test
  void identity_ofUntrustedPeer_isDroppedAndCounted() throws Exception {
    Server server =
        serve(
            trusting().peers(peer -> TrustZone.PUBLIC),
            () -> completedFuture(user() + " " + Baggage.current().getEntryValue("user.id")));

    Reply reply = call(server, "baggage", "user.id=" + SECRET);

    assertThat(reply.text()).isEqualTo("nobody null");
    assertThat(run.attribute(SpanKind.SERVER, "user.id")).isNull();
    assertThat(run.telemetry.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
  }

  /** A proxy may have joined two lines, of which nobody knows which is right. */
  @Test
  void alias_withComma_isNone_unlessItIsAList() throws Exception {
    Supplier<CompletionStage<String>> account =
        () -> completedFuture(String.valueOf(RequestScope.current().get(ALIASED)));
    Server single = serve(trusting().carry(ALIASED, rule -> rule.alias("x-account")), account);
    Server list = serve(trusting().carry(ALIASED, rule -> rule.aliasList("x-account")), account);

    assertThat(call(single, "x-account", "ben").text()).isEqualTo("ben");
    assertThat(call(single, "x-account", "mallory, ben").text()).isEqualTo("null");
    assertThat(call(list, "x-account", "mallory, ben").text()).isEqualTo("mallory, ben");
  }

  @Test
  void requestId_isMadeWhereNoneComes() throws Exception {
    Server server = serve(trusting(), () -> completedFuture(requestId()));

    String first = call(server).text();
    String second = call(server).text();

    assertThat(first).isNotBlank().isNotEqualTo("null").isNotEqualTo(second);
  }

  @Test
  void requestId_goesBackToTheClient() throws Exception {
    Server server = serve(trusting(), () -> completedFuture(requestId()));

    Reply made = call(server);
    Reply sent = call(server, "baggage", "request.id=r-1");

    assertThat(made.headers()).containsEntry("x-request-id", made.text());
    assertThat(sent.headers()).containsEntry("x-request-id", "r-1").doesNotContainKey("baggage");
    assertThat(sent.text()).isEqualTo("r-1");
  }

  @Test
  void requestId_ofUntrustedPeer_doesNotGoBack() throws Exception {
    Server server =
        serve(trusting().peers(p -> TrustZone.PUBLIC), () -> completedFuture(requestId()));

    Reply reply = call(server, "baggage", "request.id=forged");

    assertThat(reply.headers()).containsEntry("x-request-id", reply.text());
    assertThat(reply.text()).isNotEqualTo("forged");
  }

  @Test
  void identify_isSeenOnSpanAndDownstream() throws Exception {
    Waybill waybill = run.build(trusting().destination("http://next.internal", TrustZone.OWN));
    Server server =
        open(
            waybill,
            new Answering(
                () -> {
                  RequestScope.current().identify(USER, "u-late");
                  return completedFuture(sentBy(waybill, "http://next.internal"));
                }));

    assertThat(call(server).text()).contains("user.id=u-late");
    expectOnSpan(SpanKind.SERVER, "user.id", "u-late");
  }

  @Test
  void trace_isContinued() throws Exception {
    Server server = serve(trusting(), () -> completedFuture(spanId()));

    Reply reply = call(server, "traceparent", "00-" + TRACE + "-" + PARENT + "-01");

    SpanData span = run.telemetry.span(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT);
    assertThat(reply.text()).as("current span").isEqualTo(span.getSpanId());
  }

  @Test
  void headers_withNothingUsable_leaveTheContextAsItWas() throws Exception {
    Server server =
        serve(
            trusting().mirrorIdentity(MirrorMode.NEVER),
            () -> completedFuture(user() + " " + Baggage.current().size()));
    Map<String, String> garbage =
        Map.of("baggage", "user.id=%,;=,\"x\"=1, a b=c", "traceparent", "00-0-0-zz");

    assertThat(call(server, garbage).text()).isEqualTo("nobody 0");
    assertThat(run.telemetry.span(SpanKind.SERVER).getParentSpanContext().isValid()).isFalse();
    assertThat(call(server, "baggage", "user.id=u-2").text()).isEqualTo("u-2 0");
  }

  @Test
  void nextRequest_onTheSameThreads_isNobodys() throws Exception {
    Server server = serve(trusting(), () -> completedFuture(user()));

    for (int i = 0; i < 20; i++) {
      assertThat(call(server, "baggage", "user.id=u-1").text()).isEqualTo("u-1");
      assertThat(call(server).text()).isEqualTo("nobody");
    }
  }

  @Test
  void scope_isCurrentInEachCallback() throws Exception {
    CompletableFuture<String> later = new CompletableFuture<>();
    ServedRequests service = new ServedRequests(() -> later);
    Server server = open(run.build(trusting()), service);

    CompletableFuture<Reply> reply = server.call(Map.of("baggage", "user.id=u-1"));
    RequestScope scope = service.awaitScope();
    run.threads.execute(scope.wrap((Runnable) () -> later.complete(user())));

    assertThat(ContractRun.get(reply).text()).isEqualTo("u-1");
    service.requireEnded(1);
    Await.until("a callback that the adapter reports", () -> !service.callbacks().isEmpty());
    run.closeAll();
    assertThat(service.callbacks())
        .as("callbacks that the adapter reports")
        .isNotEmpty()
        .allSatisfy(callback -> assertThat(callback.user()).as("%s", callback).isEqualTo("u-1"));
  }

  @Test
  void request_endsOnceWhenAnswered() throws Exception {
    ServedRequests service = new ServedRequests(() -> completedFuture("fine"));
    sameAsWithout(service, "fine");
    service.requireEnded(1);
  }

  @Test
  void request_endsOnceWhenHandlerThrows() throws Exception {
    ServedRequests service =
        new ServedRequests(
            () -> {
              throw new IllegalStateException("thrown by the contract");
            });
    sameAsWithout(service, "");
    service.requireEnded(1);
  }

  @Test
  void request_endsOnceWhenAnotherThreadAnswers() throws Exception {
    CompletableFuture<String> later = new CompletableFuture<>();
    Queue<CompletableFuture<String>> answers =
        new ConcurrentLinkedQueue<>(List.of(later, completedFuture("second")));
    ServedRequests service = new ServedRequests(answers::remove);
    Server server = open(run.build(trusting()), service);

    CompletableFuture<Reply> reply = server.call(Map.of("baggage", "user.id=u-1"));
    RequestScope scope = service.awaitScope();
    // By then the handler of the first has returned; surely, where there is one thread for both.
    assertThat(call(server).text()).isEqualTo("second");
    assertThat(scope.isEnded()).as("ended before its answer").isFalse();
    assertThat(scope.require(TOKEN)).containsExactly(SECRET.toCharArray());
    run.threads.execute(() -> later.complete("fine"));

    assertThat(ContractRun.get(reply).text()).isEqualTo("fine");
    service.requireEnded(2);
  }

  @Test
  void request_endsOnceWhenAnotherThreadFails() throws Exception {
    ServedRequests service =
        new ServedRequests(
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      throw new IllegalStateException("thrown by the contract");
                    },
                    run.threads));
    sameAsWithout(service, "");
    service.requireEnded(1);
  }

  @Test
  void request_endsOnceWhenCancelled() throws Exception {
    CompletableFuture<String> later = new CompletableFuture<>();
    ServedRequests service = new ServedRequests(() -> later);
    Server server = open(run.build(trusting()), service);

    CompletableFuture<Reply> reply = server.call(Map.of("baggage", "user.id=u-1"));
    RequestScope scope = service.awaitScope();
    reply.cancel(true);
    if (seesCancel()) {
      Await.until("the end of a cancelled request", scope::isEnded);
    }
    later.complete("too late");

    service.requireEnded(1);
  }

  @Test
  void hook_thatThrows_costsNothing() throws Exception {
    Server server =
        serve(
            trusting()
                .onRequest(
                    (incoming, scope) -> {
                      throw new IllegalStateException("thrown by the contract");
                    }),
            () -> completedFuture(user()));

    assertThat(call(server, "baggage", "user.id=u-1").text()).isEqualTo("u-1");
    assertThat(run.telemetry.dropped(Outcome.HOOK_FAILED)).isEqualTo(1);
  }

  /** One in ten throws, is cancelled, or is identified late; three are answered by others. */
  @Test
  void users_neverMix() throws Exception {
    ServedRequests service = new ServedRequests(this::answerOfOneOfMany);
    Server server = open(run.build(trusting()), service);
    Semaphore slots = new Semaphore(AT_ONCE);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      assertThat(slots.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      String baggage = (i % 10 == 9 ? "" : "user.id=u-" + i + ",") + "plan=u-" + i;
      CompletableFuture<Reply> reply = server.call(Map.of("baggage", baggage));
      replies.add(reply);
      var unused = reply.whenComplete((answer, failure) -> slots.release());
      if (i % 10 == 7) {
        reply.cancel(true);
      }
    }

    for (int i = 0; i < CALLS; i++) {
      if (i % 10 != 3 && i % 10 != 7) {
        assertThat(ContractRun.get(replies.get(i)).text()).isEqualTo("u-" + i);
      }
    }
  }
}
