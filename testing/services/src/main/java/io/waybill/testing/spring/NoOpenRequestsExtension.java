package io.waybill.testing.spring;

import io.waybill.sdk.Waybill;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Looks for open requests after a test; JUnit makes it. */
final class NoOpenRequestsExtension implements AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(NoOpenRequestsExtension.class);
  private static final String OPEN = "has not ended";
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

  NoOpenRequestsExtension() {}

  /** What was told once: contexts are shared, and what a test left open stays so. */
  private record Told(Set<Throwable> leaks) {}

  @Override
  public void afterEach(ExtensionContext test) {
    Waybill waybill = SpringExtension.getApplicationContext(test).getBean(Waybill.class);
    Told told =
        test.getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(
                Told.class, type -> new Told(ConcurrentHashMap.newKeySet()), Told.class);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    List<Throwable> news = leaks(waybill, told);
    while (!news.isEmpty()) {
      if (!mayEnd(news) || System.nanoTime() - deadline >= 0) {
        told.leaks.addAll(news);
        throw failure(test, news);
      }
      LockSupport.parkNanos(POLL_NANOS);
      news = leaks(waybill, told);
    }
  }

  private static List<Throwable> leaks(Waybill waybill, Told told) {
    try {
      waybill.requireNoLeaks();
      return List.of();
    } catch (IllegalStateException leaks) {
      if (leaks.getSuppressed().length == 0) {
        throw leaks; // Nothing is looked at.
      }
      return List.of(leaks.getSuppressed()).stream()
          .filter(leak -> !told.leaks.contains(leak))
          .toList();
    }
  }

  /** All else that may be found is told once, and will not mend. */
  private static boolean mayEnd(List<Throwable> leaks) {
    return leaks.stream().allMatch(leak -> String.valueOf(leak.getMessage()).endsWith(OPEN));
  }

  private static AssertionError failure(ExtensionContext test, List<Throwable> leaks) {
    AssertionError failure =
        new AssertionError(test.getDisplayName() + " leaves requests open, see suppressed");
    leaks.forEach(failure::addSuppressed);
    return failure;
  }
}
