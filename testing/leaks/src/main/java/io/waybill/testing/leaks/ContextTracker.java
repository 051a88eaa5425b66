package io.waybill.testing.leaks;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sees each change of Context on each thread, from below OpenTelemetry's strict storage. */
final class ContextTracker {
  private static final String STRICT = "io.opentelemetry.context.enableStrictContext";
  private static final ContextKey<String> PROBE = ContextKey.named("context-tracker-probe");

  private final Set<Opened> open = ConcurrentHashMap.newKeySet();
  private final Map<Thread, Context> offRoot = new ConcurrentHashMap<>();

  private ContextTracker() {}

  static ContextTracker install() {
    System.setProperty(STRICT, "true");
    ContextTracker tracker = new ContextTracker();
    ContextStorage.addWrapper(tracker::track);
    if (!tracker.seesScopes()) {
      // OpenTelemetry drops a wrapper that comes after the first use of a Context.
      throw new IllegalStateException(
          "ContextLeakExtension came too late: a Context was used before the first test (expected:"
              + " the extension registered for all test classes, see its Javadoc)");
    }
    return tracker;
  }

  private boolean seesScopes() {
    try (Scope ignored = Context.root().with(PROBE, "probe").makeCurrent()) {
      return !isClean();
    }
  }

  boolean isClean() {
    return open.isEmpty() && offRoot.isEmpty();
  }

  /** Returns what is open now as a failure, and forgets it for the tests to come. */
  AssertionError takeLeaks(String test) {
    Set<String> threads = new TreeSet<>();
    offRoot.keySet().forEach(thread -> threads.add(thread.getName()));
    AssertionError leaks =
        new AssertionError(
            test
                + " leaves "
                + open.size()
                + " scopes open (opened where the suppressed stacks say) and these threads off the"
                + " root Context: "
                + threads);
    open.forEach(leaks::addSuppressed);
    open.clear();
    offRoot.clear();
    return leaks;
  }

  private ContextStorage track(ContextStorage delegate) {
    return new ContextStorage() {
      @Override
      public Scope attach(Context context) {
        Scope scope = delegate.attach(context);
        if (scope == Scope.noop()) {
          return scope;
        }
        Opened opened = new Opened(Thread.currentThread());
        open.add(opened);
        look(delegate);
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
          scope.close();
          if (closed.compareAndSet(false, true)) {
            open.remove(opened);
          }
          look(delegate);
        };
      }

      @Override
      public @Nullable Context current() {
        return delegate.current();
      }
    };
  }

  private void look(ContextStorage delegate) {
    Context now = delegate.current();
    if (now == null || now == Context.root()) {
      offRoot.remove(Thread.currentThread());
    } else {
      offRoot.put(Thread.currentThread(), now);
    }
  }

  /** Where a scope was opened. */
  private static final class Opened extends Throwable {
    private static final long serialVersionUID = 1L;

    Opened(Thread thread) {
      super("a scope was opened on thread " + thread.getName());
    }
  }
}
