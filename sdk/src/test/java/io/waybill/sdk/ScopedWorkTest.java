package io.waybill.sdk;

import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.BaggageField;
import io.waybill.RequestScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a request that is opened in code ends. */
class ScopedWorkTest {
  private final Waybill waybill = new Fixture().trusting();
  private final AtomicReference<RequestScope> scope = new AtomicReference<>();

  private <V> CompletionStage<V> keepScopeAndReturn(CompletionStage<V> stage) {
    scope.set(RequestScope.current());
    return stage;
  }

  private static void keepId(List<String> ids) {
    ids.add(RequestScope.current().require(BaggageField.REQUEST_ID));
  }

  @Test
  void run_thatThrows_ends() {
    assertThatThrownBy(
            () ->
                waybill
                    .request()
                    .run(
                        () -> {
                          scope.set(RequestScope.current());
                          throw new AssertionError();
                        }))
        .isInstanceOf(AssertionError.class);
    assertThat(scope.get().isEnded()).isTrue();
  }

  @Test
  void callAsync_endsWithTheStage_justBeforeTheFuture() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer =
        waybill.request().with(USER, "u-1").callAsync(() -> keepScopeAndReturn(stage));
    CompletableFuture<Boolean> endedAtAnswer = answer.thenApply(value -> scope.get().isEnded());
    assertThat(RequestScope.currentOrNull()).isNull();
    assertThat(scope.get().isEnded()).isFalse();

    stage.complete("value");

    assertThat(answer).isCompletedWithValue("value");
    assertThat(endedAtAnswer).isCompletedWithValue(true);
  }

  @Test
  void callAsync_stageFails() {
    IOException failure = new IOException();
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer = waybill.request().callAsync(() -> keepScopeAndReturn(stage));

    stage.completeExceptionally(failure);

    assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class).hasCause(failure);
    assertThat(scope.get().isEnded()).isTrue();
  }

  @Test
  void callAsync_taskThrowsOrReturnsNone_endsAtOnce() {
    IOException failure = new IOException();
    assertThatThrownBy(
            () ->
                waybill
                    .request()
                    .<String, IOException>callAsync(
                        () -> {
                          scope.set(RequestScope.current());
                          throw failure;
                        }))
        .isSameAs(failure);
    assertThat(scope.get().isEnded()).isTrue();

    assertThatNullPointerException()
        .isThrownBy(() -> waybill.request().callAsync(() -> this.<String>keepScopeAndReturn(null)))
        .withMessageContaining("stage");
    assertThat(scope.get().isEnded()).isTrue();
  }

  /** {@code CompletionStage} allows it to throw. */
  @Test
  void callAsync_stageThatIsNoFuture_endsAtOnce() {
    CompletableFuture<String> noFuture =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> toCompletableFuture() {
            throw new UnsupportedOperationException();
          }
        };

    assertThatThrownBy(() -> waybill.request().callAsync(() -> keepScopeAndReturn(noFuture)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(scope.get().isEnded()).isTrue();
  }

  @Test
  void callAsync_cancelIsPassedOn() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer = waybill.request().callAsync(() -> keepScopeAndReturn(stage));

    answer.thenApply(value -> value).cancel(true);

    assertThat(stage).isCancelled();
    assertThat(scope.get().isEnded()).isTrue();
  }

  @Test
  void callAsync_continuationsRunWhereTheyWereAdded() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> answer =
        waybill.request().with(USER, "inner").callAsync(() -> keepScopeAndReturn(stage));
    CompletableFuture<String> user =
        waybill
            .request()
            .with(USER, "outer")
            .call(() -> answer.thenApply(value -> RequestScope.current().get(USER)));

    stage.complete("value");

    assertThat(user).isCompletedWithValue("outer");
  }

  @Test
  void wrap_eachRunIsARequest() throws Exception {
    List<String> ids = new ArrayList<>();
    Runnable job = waybill.request().with(USER, "batch").wrap(() -> keepId(ids));
    job.run();
    job.run();
    Callable<String> call =
        waybill.request().with(USER, "batch").wrap(() -> RequestScope.current().get(USER));

    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    assertThat(call.call()).isEqualTo("batch");
  }
}
