package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a dispatcher. The user's callback runs on them behind the interceptors, where
 * nothing of ours is called; so the first interceptor says whose call it is, and the caller's
 * Context stays until the thread is given back.
 */
final class CallThreads extends AbstractExecutorService {
  private static final ThreadLocal<@Nullable Frame> FRAME = new ThreadLocal<>();

  private final ExecutorService users;

  CallThreads(ExecutorService users) {
    this.users = users;
  }

  /** What runs on a thread of ours now. */
  private static final class Frame {
    private @Nullable Scope scope;

    void leave() {
      Scope open = scope;
      if (open != null) {
        open.close();
      }
      scope = null;
    }
  }

  /** Makes the Context of the call's maker current for the rest of what runs on this thread. */
  @SuppressWarnings("MustBeClosedChecker") // by the frame, when the thread is given back
  static void enter(CallState state) {
    Frame frame = FRAME.get();
    if (frame != null && frame.scope == null) {
      frame.scope = state.callbacks().makeCurrent();
    }
  }

  @Override
  public void execute(Runnable call) {
    try {
      users.execute(() -> run(call));
    } catch (RejectedExecutionException refused) {
      // The dispatcher tells whose call it is on this thread, which may be at another's end.
      Frame frame = FRAME.get();
      if (frame != null) {
        frame.leave();
      }
      throw refused;
    }
  }

  private static void run(Runnable call) {
    Frame frame = new Frame();
    Frame outer = FRAME.get(); // Of an executor that runs tasks on the thread that gives them.
    FRAME.set(frame);
    // What gave the task may have been another's call: its Context is not this one's.
    try (Scope ignored = RequestScope.restoring(Context.root()).makeCurrent()) {
      runIn(frame, call);
    } finally {
      restore(outer);
    }
  }

  /** Leaves before the root is restored: what is around the frame may be a user's. */
  private static void runIn(Frame frame, Runnable call) {
    try {
      call.run();
    } finally {
      frame.leave();
    }
  }

  private static void restore(@Nullable Frame outer) {
    if (outer == null) {
      FRAME.remove();
    } else {
      FRAME.set(outer);
    }
  }

  @Override
  public void shutdown() {
    users.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return users.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return users.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return users.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return users.awaitTermination(timeout, unit);
  }
}
