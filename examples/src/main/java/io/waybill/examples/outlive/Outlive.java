package io.waybill.examples.outlive;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receipt is sent after the answer: with the user, without the token that nobody granted. */
public final class Outlive {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final LocalField<String> TOKEN = LocalField.secret("token");

  private final ExecutorService pool;
  private final CountDownLatch answered = new CountDownLatch(1);

  private Outlive(ExecutorService pool) {
    this.pool = pool;
  }

  /** Serves a request, and waits for what goes on after it. */
  public static void main(String[] args) {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).keep(TOKEN).build();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Outlive service = new Outlive(pool);
    CompletableFuture<Void> later = waybill.request().with(USER, "ada").call(service::handle);
    System.out.println("answered");
    service.answered.countDown();
    later.join();
    pool.shutdown();
  }

  private CompletableFuture<Void> handle() {
    RequestScope request = RequestScope.current();
    request.set(TOKEN, "s3cret");
    // A branch of the request, which will be over by then.
    Runnable branch = request.wrap(() -> tell("branch"));
    // Work of its own: this is what goes along.
    Runnable detached = request.detach(USER).wrap(() -> tell("detached"));
    return CompletableFuture.runAsync(
        () -> {
          awaitAnswer();
          branch.run();
          detached.run();
        },
        pool);
  }

  private static void tell(String what) {
    RequestScope scope = RequestScope.current();
    System.out.println(what + ": " + scope.get(USER) + ", ended " + scope.isEnded());
    try {
      System.out.println(what + ": token " + (scope.get(TOKEN) == null ? "not granted" : "there"));
    } catch (IllegalStateException wiped) {
      System.out.println(what + ": " + wiped.getMessage());
    }
  }

  private void awaitAnswer() {
    try {
      answered.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
