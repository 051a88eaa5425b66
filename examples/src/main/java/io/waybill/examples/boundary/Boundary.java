package io.waybill.examples.boundary;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.concurrent.ContextFuture;
import io.waybill.sdk.Waybill;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a request does not follow by itself, and the one line that takes it along. */
public final class Boundary {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private static final Timer TIMER = new Timer(true);

  private Boundary() {}

  /** Crosses each boundary twice: as it is, and wrapped. */
  public static void main(String[] args) throws Exception {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    waybill.request().with(USER, "ada").<Void, Exception>call(() -> cross(pool));
    pool.shutdown();
  }

  private static Void cross(ExecutorService pool) throws Exception {
    ExecutorService wrapped = ContextExecutors.wrap(pool);
    tell("a pool", pool.submit(Boundary::user).get(), wrapped.submit(Boundary::user).get());
    tell(
        "a thread",
        onThread(Boundary::user),
        onThread(Context.current().wrapSupplier(Boundary::user)));
    tell(
        "supplyAsync",
        CompletableFuture.supplyAsync(Boundary::user, pool).join(),
        ContextFuture.supplyAsync(Boundary::user, pool).join());
    tell("a timer", onTimer(false), onTimer(true));
    return null;
  }

  private static String user() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "nobody" : scope.require(USER);
  }

  private static void tell(String boundary, @Nullable String plain, @Nullable String wrapped) {
    System.out.printf("%-12s as it is: %s, wrapped: %s%n", boundary, plain, wrapped);
  }

  private static String onThread(Supplier<String> task) {
    CompletableFuture<String> seen = new CompletableFuture<>();
    new Thread(() -> seen.complete(task.get())).start();
    return seen.join();
  }

  private static String onTimer(boolean wrapped) {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Runnable task = () -> seen.complete(user());
    TimerTask plain =
        new TimerTask() {
          @Override
          public void run() {
            task.run();
          }
        };
    TIMER.schedule(wrapped ? ContextExecutors.timerTask(task) : plain, 0);
    return seen.join();
  }
}
