package io.waybill.contextpropagation;

import io.micrometer.context.ThreadLocalAccessor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * Carries the whole OpenTelemetry {@link Context}, and the {@code RequestScope} in it, through
 * Reactor and everything else that asks Micrometer's context-propagation library. It is found by
 * {@link java.util.ServiceLoader}; Reactor has to be told once:
 *
 * <pre>{@code
 * Hooks.enableAutomaticContextPropagation();                   // once, before the first pipeline
 * mono.map(order -> RequestScope.current().get(USER)).block(); // on whatever thread
 * }</pre>
 *
 * <p>{@code block()} takes the Context of its caller; before {@code subscribe()} and {@code
 * toFuture()}, say {@code contextCapture()}. Directly behind a publisher that requests share, such
 * as {@code cache()}, say {@code contextWrite(view -> view)}: else Reactor shows all who wait the
 * request of the first.
 *
 * <p><b>Absence.</b> The root Context counts as none, so a thread without a request passes nothing
 * on. Where a pipeline without a request runs on a thread that has one, the pipeline sees the root.
 *
 * <p><b>Errors.</b> A restore on a thread where nothing was set does nothing: it never brings the
 * Context of another thread here.
 *
 * <p><b>Threading.</b> Safe from any thread; what is set on a thread is restored on that thread, in
 * reverse order, as Micrometer's snapshots do.
 */
public final class OpenTelemetryContextAccessor implements ThreadLocalAccessor<Context> {
  /** Where a Reactor context, or a snapshot, has the {@link Context}. */
  public static final String KEY = "io.opentelemetry.context.Context";

  // Static, since a registry that loads its accessors again closes by the new one what the old one
  // opened. See RATIONALE: "Why a stack of scopes?"
  private static final ThreadLocal<@Nullable Attached> NEWEST = new ThreadLocal<>();

  /** For {@link java.util.ServiceLoader}. */
  public OpenTelemetryContextAccessor() {}

  /** A scope that is open on this thread, and the one that was opened before it. */
  private record Attached(Scope scope, @Nullable Attached before) {}

  @Override
  public Object key() {
    return KEY;
  }

  /** Returns the current Context, or null where it is the root. */
  @Override
  public @Nullable Context getValue() {
    Context current = Context.current();
    return current == Context.root() ? null : current;
  }

  /** Makes {@code context} current until the restore that belongs to it. */
  @Override
  @SuppressWarnings("MustBeClosedChecker") // Micrometer says when, by restore
  public void setValue(Context context) {
    NEWEST.set(new Attached(RequestScope.restoring(context).makeCurrent(), NEWEST.get()));
  }

  /** Makes the root current until the restore that belongs to it. */
  @Override
  public void setValue() {
    setValue(Context.root());
  }

  /** Goes back to what was current before the last open {@code setValue} on this thread. */
  @Override
  public void restore(Context previous) {
    restore();
  }

  /** Goes back to what was current before the last open {@code setValue} on this thread. */
  @Override
  public void restore() {
    Attached newest = NEWEST.get();
    Attached before = newest == null ? null : newest.before;
    if (before == null) {
      NEWEST.remove();
    } else {
      NEWEST.set(before);
    }
    if (newest != null) {
      newest.scope.close();
    }
  }
}
