package io.waybill.testing.leaks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that fails a test which leaves a {@link io.opentelemetry.context.Scope} open,
 * or any thread off the root {@link io.opentelemetry.context.Context}.
 *
 * <p>Register it by {@code @ExtendWith(ContextLeakExtension.class)}, or for all tests by the
 * configuration parameter {@code junit.jupiter.extensions.autodetection.enabled=true}. It switches
 * OpenTelemetry's strict context on for the JVM, so that a scope closed on another thread fails at
 * the close.
 *
 * <p>A server may still be leaving a callback when the client has its answer: the extension waits
 * for up to thirty seconds, and not at all where nothing is open.
 *
 * <p><b>Threading.</b> Sees all threads of the JVM, so tests may not run in parallel in it.
 */
public final class ContextLeakExtension implements AfterEachCallback {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();
  private static final ContextTracker TRACKER = ContextTracker.install();

  private final Duration patience;

  /** Creates the extension. */
  public ContextLeakExtension() {
    this(PATIENCE);
  }

  ContextLeakExtension(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void afterEach(ExtensionContext test) {
    long deadline = System.nanoTime() + patience.toNanos();
    // One clean look is enough: a thread that is still at work opens and closes scopes meanwhile.
    while (!TRACKER.isClean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw TRACKER.takeLeaks(test.getDisplayName());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
