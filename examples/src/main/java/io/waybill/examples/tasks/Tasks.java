package io.waybill.examples.tasks;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextTasks;
import io.waybill.concurrent.ContextTasks.TaskResults;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Several tasks of one request: one after the other, at once, and when some fail. */
public final class Tasks {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private Tasks() {}

  /** Runs them. */
  public static void main(String[] args) throws Exception {
    Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      waybill.request().with(USER, "ada").<Void, Exception>call(() -> run(pool));
    } finally {
      pool.shutdown();
    }
  }

  private static Void run(ExecutorService pool) throws Exception {
    List<String> inOrder =
        ContextTasks.sequential(() -> price("kettle"), () -> price("lamp")).values();
    System.out.println("one after the other: " + inOrder);
    List<Callable<String>> asked = List.of(() -> price("kettle"), () -> price("lamp"));
    System.out.println("at once:             " + ContextTasks.parallel(pool, asked).values());

    TaskResults<String> outcomes =
        ContextTasks.parallel(pool, () -> price("kettle"), Tasks::outOfStock, Tasks::forever);
    try {
      outcomes.values();
    } catch (ExecutionException failed) {
      System.out.println("one that fails:      " + failed.getCause());
    }
    System.out.println("and the one beside:  " + outcomes.all().get(2).state());
    return null;
  }

  private static String price(String item) {
    return item + " for " + RequestScope.current().get(USER);
  }

  private static String outOfStock() {
    throw new IllegalStateException("out of stock");
  }

  /** Waits for what never comes; the failure of the other interrupts it. */
  private static String forever() throws InterruptedException {
    Thread.currentThread().join();
    return "never";
  }
}
