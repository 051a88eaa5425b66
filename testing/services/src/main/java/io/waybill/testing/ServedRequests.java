package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.RequestScope;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A service that remembers the request of each call, and answers as a test wants it to. */
final class ServedRequests implements ServerInterceptorContract.Service {
  private final Supplier<CompletionStage<String>> answer;
  private final Queue<RequestScope> scopes = new ConcurrentLinkedQueue<>();
  private final Queue<char[]> tokens = new ConcurrentLinkedQueue<>();
  private final Queue<Called> callbacks = new ConcurrentLinkedQueue<>();

  /** A callback, and who was the user in it. */
  record Called(String callback, String user) {}

  ServedRequests(Supplier<CompletionStage<String>> answer) {
    this.answer = answer;
  }

  @Override
  public CompletionStage<String> serve() {
    RequestScope scope = RequestScope.currentOrNull();
    if (scope != null) {
      tokens.add(scope.require(ContractFields.TOKEN));
      scopes.add(scope);
    }
    return answer.get();
  }

  @Override
  public void called(String callback) {
    callbacks.add(new Called(callback, ContractFields.user()));
  }

  List<Called> callbacks() {
    return List.copyOf(callbacks);
  }

  /** Waits for a request, and returns its scope. */
  RequestScope awaitScope() {
    Await.until("a request", () -> !scopes.isEmpty());
    return scopes.element();
  }

  /** Expects {@code count} requests, which all come to their end and leave no secret. */
  void requireEnded(int count) {
    Await.until("the end of requests", () -> scopes.stream().allMatch(RequestScope::isEnded));
    assertThat(scopes).as("requests").hasSize(count);
    assertThat(tokens).as("secrets").hasSize(count);
    // A request has ended a moment before its secrets are zeroed.
    Await.until("the wiping of secrets", () -> tokens.stream().allMatch(ServedRequests::isWiped));
    assertThat(scopes)
        .allSatisfy(
            scope ->
                assertThatThrownBy(() -> scope.get(ContractFields.TOKEN))
                    .as("reading a secret after the end")
                    .isInstanceOf(IllegalStateException.class));
  }

  private static boolean isWiped(char[] secret) {
    return CharBuffer.wrap(secret).chars().allMatch(c -> c == 0);
  }
}
