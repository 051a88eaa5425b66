package io.waybill;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The request that the current code works for: an immutable view of the {@link Context} it was read
 * from, plus one state that every branch of the request shares.
 *
 * <pre>{@code
 * String user = RequestScope.current().get(USER);              // at any depth, no parameter
 * RequestScope.current().identify(USER, "u-17");               // after authentication
 * RequestScope.current().set(TOKEN, refreshed);                // every branch sees it at once
 * RequestScope.current().update(COUNT, n -> n == null ? 1 : n + 1); // in one step
 * RequestScope.current().with(PLAN, Plan.GOLD).run(this::quote); // only inside quote()
 * pool.submit(RequestScope.current().wrap(this::index));       // on another thread
 * pool.submit(RequestScope.current().detach(USER).wrap(this::mail)); // after the answer
 * }</pre>
 *
 * <p>A scope is there inside a server with Waybill's interceptor or filter, which open it for each
 * request, and inside what {@code waybill.request()} runs, which opens one anywhere else. The
 * fields are constants, and declared once at set-up, by {@code io.waybill.sdk.Waybill} of the
 * artifact {@code waybill-sdk}:
 *
 * <pre>{@code
 * static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
 * static final BaggageField<Plan> PLAN = BaggageField.attribute("plan", FieldCodec.enumOf(Plan.class));
 * static final LocalField<char[]> TOKEN = LocalField.secret("token"); // wiped at the end
 * static final LocalField<Integer> COUNT = LocalField.named("count");
 *
 * Waybill waybill =
 *     Waybill.builder(openTelemetry) // for spans; or OpenTelemetry.noop()
 *         .carry(USER).carry(PLAN).keep(TOKEN).keep(COUNT).build();
 * waybill.request().with(USER, "batch").run(this::nightly);    // callAsync ends with its stage
 * }</pre>
 *
 * <p>Read it where you need it, by {@link #current()}; do not keep it. What {@link #with} set is
 * seen inside its {@link #run} only. What {@link #identify} and {@link #set} set is seen by the
 * whole request, also by code that read its scope before. Pools, futures and several tasks at once:
 * {@link io.waybill.concurrent}.
 *
 * <table>
 * <caption>Whom it is for, and until when</caption>
 * <tr><th>method</th><th>seen by</th><th>until</th></tr>
 * <tr><td>{@code get(BaggageField)}</td><td>the caller, as this view has it</td>
 *     <td>for good: after the end, the last value</td></tr>
 * <tr><td>{@code get(LocalField)}</td><td>the caller</td>
 *     <td>for good; a secret until the request ends</td></tr>
 * <tr><td>{@code identify}</td><td>every branch of the request, its span, its logs, the services it
 *     calls; once</td><td>the end of the request; the value stays readable</td></tr>
 * <tr><td>{@code with}</td><td>what runs inside {@code run}, {@code call} or {@code wrap} of the
 *     returned view, and the services that calls</td><td>that returns</td></tr>
 * <tr><td>{@code set}, {@code update}</td><td>every branch of the request, in this process</td>
 *     <td>the end of the request</td></tr>
 * <tr><td>{@code detach}</td><td>the detached work: a request of its own, with what was chosen</td>
 *     <td>that work is done</td></tr>
 * </table>
 *
 * <p><b>Errors.</b> A field that was not declared at set-up throws {@link IllegalArgumentException}
 * on each of these methods, naming the field. No message ever holds a value.
 *
 * <p><b>Threading.</b> Safe from any thread. A request ends when its server has answered it (or the
 * lambda that opened it is done), not when a method returns; see {@link #isEnded()}.
 *
 * <p>Implemented by Waybill alone.
 */
public abstract class RequestScope {
  private static final ContextKey<RequestScope> KEY = ContextKey.named("waybill-request-scope");

  /** For {@code io.waybill.sdk}; user code has no reason to extend this class. */
  protected RequestScope() {}

  /** Something to do inside a scope, which may throw what it declares. */
  @FunctionalInterface
  public interface Task<V extends @Nullable Object, X extends Throwable> {
    /** Does it. */
    V call() throws X;
  }

  /**
   * Returns the scope of the current request.
   *
   * @throws NoRequestScopeException outside of any request
   */
  public static RequestScope current() {
    RequestScope scope = currentOrNull();
    if (scope == null) {
      throw new NoRequestScopeException();
    }
    return scope;
  }

  /** Returns the scope of the current request, or null outside of any request. */
  public static @Nullable RequestScope currentOrNull() {
    return fromContextOrNull(Context.current());
  }

  /** Returns the scope that {@code context} holds, or null if it belongs to no request. */
  public static @Nullable RequestScope fromContextOrNull(Context context) {
    RequestScope scope = context.get(KEY);
    return scope == null ? null : scope.readFrom(context);
  }

  /**
   * Returns the value of {@code field} in this view, or null if it has none. After the end of the
   * request, the last value.
   */
  public abstract <T> @Nullable T get(BaggageField<T> field);

  /**
   * Returns the value of {@code field} in this view.
   *
   * @throws IllegalStateException if it has none
   */
  public final <T> T require(BaggageField<T> field) {
    return present(get(field), field);
  }

  /** Returns where the value of {@code field} in this view came from, or null if it has none. */
  public abstract @Nullable Provenance provenance(BaggageField<?> field);

  /**
   * Returns the value that this request holds for {@code field}, or null if it has none. After the
   * end of the request, the last value.
   *
   * @throws IllegalStateException if the field is a secret and the request has ended
   */
  public abstract <T> @Nullable T get(LocalField<T> field);

  /**
   * Returns the value that this request holds for {@code field}.
   *
   * @throws IllegalStateException if it has none, or is a secret and the request has ended
   */
  public final <T> T require(LocalField<T> field) {
    return present(get(field), field);
  }

  /**
   * Sets {@code field} for the whole request; every branch sees it at once. Null removes it. The
   * array of a secret is the request's from now on, whose end zeroes it.
   *
   * @throws IllegalStateException if the request has ended; the value is then not kept
   */
  public abstract <T> void set(LocalField<T> field, @Nullable T value);

  /**
   * Replaces the value of {@code field} by what {@code change} makes of it, for the whole request
   * and in one step: no other {@code set} or {@code update} comes in between.
   *
   * @param change gets the value, or null if there is none; null removes it. It runs again when
   *     another branch was faster, so it should be quick and do nothing else; if it sets a field of
   *     this request, it is itself the faster one, for ever. What it throws is thrown here, and
   *     nothing has changed
   * @return the new value
   * @throws IllegalStateException if the request has ended; the value is then not kept
   */
  public abstract <T> @Nullable T update(LocalField<T> field, UnaryOperator<@Nullable T> change);

  /**
   * Says who this request is from, for the whole request and once: every branch, the server's span,
   * the logs and each call to another service see it from now on. The same value again is fine.
   *
   * <p>For code that has checked it, such as an authentication filter.
   *
   * @throws IllegalArgumentException if the field is no identity field, or its codec refuses the
   *     value
   * @throws IllegalStateException if the request has another value already, or has ended
   */
  public abstract <T> void identify(BaggageField<T> field, T value);

  /**
   * Returns a view of this request in which {@code field} has {@code value}. Make it current by
   * {@link #run} or {@link #call}; nothing outside of that sees it. Over an identity field, it wins
   * over {@link #identify} in this view.
   *
   * @throws IllegalArgumentException if the codec of the field refuses the value
   */
  public abstract <T> RequestScope with(BaggageField<T> field, T value);

  /**
   * Returns work that may outlive this request and carries the current values of {@code fields}:
   * for what is started here and finished after the answer. It always carries the request id, and
   * nothing else; see {@link DetachedWork#grant} for local fields.
   */
  public abstract DetachedWork detach(BaggageField<?>... fields);

  /**
   * Returns whether the request has ended. What still runs then keeps its identity but no secrets,
   * and can't change the request.
   */
  public abstract boolean isEnded();

  /** Runs {@code task} inside this view of the request. */
  @SuppressWarnings("MustBeClosedChecker") // closed by what allocates nothing for it
  public final void run(Runnable task) {
    Context before = Context.current();
    Context view = enter(before);
    Scope scope = view.makeCurrent();
    try {
      task.run();
    } finally {
      restore(scope, view, before);
    }
  }

  /** Returns what {@code task} returns inside this view of the request. */
  @SuppressWarnings("MustBeClosedChecker") // as in run
  public final <V extends @Nullable Object, X extends Throwable> V call(Task<V, X> task) throws X {
    Context before = Context.current();
    Context view = enter(before);
    Scope scope = view.makeCurrent();
    try {
      return task.call();
    } finally {
      restore(scope, view, before);
    }
  }

  /**
   * Returns a task for another thread, which runs {@code task} inside this view: for {@code
   * execute}, {@code submit}, a thread, a callback.
   */
  public final Runnable wrap(Runnable task) {
    requireNonNull(task, "task");
    return restoring(enter(Context.current())).wrap(task);
  }

  /**
   * Returns a task for another thread, which calls {@code task} inside this view: for {@code
   * submit}. A lambda or method reference that returns something is meant by this one.
   */
  public final <V> Callable<V> wrap(Callable<V> task) {
    requireNonNull(task, "task");
    return restoring(enter(Context.current())).wrap(task);
  }

  /**
   * For adapters and executors: returns {@code context}, to run a callback or task in it by {@code
   * makeCurrent} or {@code wrap}, after which the thread holds what it held before. A scope of
   * OpenTelemetry does nothing at its close where another one, that somebody forgot to close or a
   * {@code StackOverflowError} left open, is newer: the next request on that thread would be in it.
   *
   * <p>The request that ran tells its Waybill of it, which counts it and warns. Where
   * OpenTelemetry's strict Context storage is on, which finds who left it open, the thread is left
   * as it is.
   */
  public static Context restoring(Context context) {
    return RestoringContext.of(requireNonNull(context, "context"));
  }

  /**
   * For adapters: closes {@code scope} as one of {@link #restoring} is closed, without an object
   * for it.
   *
   * @param ran the Context that it made current
   * @param before the Context that was current before it was opened
   */
  public static void restore(Scope scope, Context ran, Context before) {
    RestoringContext.close(scope, ran, before);
  }

  /** Returns the view that this scope is when it is read from {@code context}, which holds it. */
  protected abstract RequestScope readFrom(Context context);

  /**
   * Returns the Context in which this view is current: {@code around} with this view where it
   * belongs to this request, else the one in which the request was opened, so that no span or value
   * of another request is seen.
   */
  protected abstract Context enter(Context around);

  /** Ends the request of this view. */
  protected abstract void end();

  /**
   * Called where something ran in this view and left a Context open, once the thread is restored.
   */
  protected abstract void leftOpen();

  /** Returns the scope that was stored in {@code context}, as it was then, or null. */
  protected static @Nullable RequestScope stored(Context context) {
    return context.get(KEY);
  }

  /** Returns {@code context} with {@code scope} in it; null for none. */
  @SuppressWarnings("NullAway") // a Context takes null, and has nothing then
  protected static Context store(Context context, @Nullable RequestScope scope) {
    return context.with(KEY, scope);
  }

  private static <T> T present(@Nullable T value, Object field) {
    if (value == null) {
      throw new IllegalStateException(field + ": has no value in this request");
    }
    return value;
  }
}
