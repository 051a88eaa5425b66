package io.waybill.http.okhttp;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpRedirect;
import io.waybill.http.HttpTarget;
import io.waybill.sdk.Waybill;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One call: who made it, and how far it has come, of which it is told. It lies in the call itself,
 * not in its request.
 */
final class CallState extends EventListener {
  private static final AtomicReferenceFieldUpdater<CallState, CallState> NEXT =
      AtomicReferenceFieldUpdater.newUpdater(CallState.class, CallState.class, "next");
  // Kotlin's, which each look by a class of Java's makes anew.
  private static final KClass<CallState> TAG = JvmClassMappingKt.getKotlinClass(CallState.class);

  private final Waybill waybill;
  private final HttpClientCall call;
  // Of another Waybill that is installed in the same client.
  private volatile @Nullable CallState next;
  private @Nullable Request users;
  private @Nullable HttpTarget origin;
  private boolean leftOrigin;
  private boolean cache;
  private int sent;
  // Decided, and not on the network yet: where nobody can be connected to, it never is.
  private volatile @Nullable Request pending;
  private volatile @Nullable CompletableFuture<Boolean> again;

  CallState(Waybill waybill, HttpClientCall call) {
    this.waybill = waybill;
    this.call = call;
  }

  /** A call's tags are not there yet while it is made. */
  @Override
  public void callStart(Call call) {
    keepIn(call);
  }

  private void keepIn(Call call) {
    CallState at = call.tag(TAG, () -> this);
    while (at != this) {
      at = NEXT.compareAndSet(at, null, this) ? this : requireNonNull(at.next);
    }
  }

  /** Returns that of {@code call}; without our listener it is made here, by whoever runs it. */
  static CallState of(Call call, Waybill waybill) {
    CallState at = call.tag(TAG);
    while (at != null) {
      if (at.waybill == waybill) {
        return at;
      }
      at = at.next;
    }
    CallState late = new CallState(waybill, HttpClientCall.of(waybill, Context.current()));
    late.keepIn(call);
    return late;
  }

  Context callbacks() {
    return call.callbacks();
  }

  /**
   * Makes the Context for interceptors current: the one of who made the call, or what is current if
   * somebody further out has made it of that, and will look for it. A callback finds that of who
   * made the call.
   */
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  Scope enter() {
    Context outside = Context.current(); // It may be another's.
    CallThreads.enter(this);
    Context callers = callbacks();
    boolean isCallers =
        outside != Context.root()
            && RequestScope.fromContextOrNull(outside) == RequestScope.fromContextOrNull(callers)
            && Span.fromContext(outside) == Span.fromContext(callers);
    return (isCallers ? RequestScope.restoring(outside) : callers).makeCurrent();
  }

  /** Notes the request as the user made it. */
  void starts(Request request) {
    users = request;
    pending = request;
  }

  /** Notes the request that a redirect or an authenticator asks for; null for none. */
  @Override
  public void followUpDecision(Call call, Response answer, @Nullable Request next) {
    pending = next;
  }

  /** Notes that the client has a cache, which has no answer to the request that comes next. */
  @Override
  public void cacheMiss(Call call) {
    cache = true;
  }

  @Override
  public void cacheConditionalHit(Call call, Response stored) {
    cache = true;
  }

  /** Shows the attempt that {@code failure} has come before. */
  void failed(Throwable failure) {
    Request unsent = pending;
    if (unsent != null) {
      attempt(unsent).unsent(new RequestHeaders(unsent), SentHeaders.INSTANCE, failure);
    }
  }

  /** Returns the next attempt, which sends {@code request}. */
  HttpAttempt attempt(Request request) {
    HttpTarget target = target(request.url());
    pending = null;
    again = null;
    if (origin == null) {
      origin = target;
    } else {
      leftOrigin = leftOrigin || !target.isSameOrigin(origin);
    }
    return call.attempt(request.method(), target, sent++);
  }

  static HttpTarget target(HttpUrl url) {
    return HttpTarget.of(url.scheme(), url.host(), url.port(), url.toString());
  }

  /** Takes out what the user wrote for the first origin alone; what a cookie jar has set stays. */
  void leaveCredentials(RequestHeaders headers) {
    Request written = users;
    if (!leftOrigin || written == null) {
      return;
    }
    for (String name : written.headers().names()) {
      boolean isTheirs = Objects.equals(written.header(name), headers.get(name));
      if (isTheirs && !HttpRedirect.keeps(name, false, false)) {
        headers.remove(name);
      }
    }
  }

  boolean hasCache() {
    return cache;
  }

  /** Notes whether the answer of the last attempt is one more call, once that is known. */
  void again(@Nullable CompletableFuture<Boolean> repeats) {
    again = repeats;
  }

  /** Returns what was noted last; null where the answer is the user's. */
  @Nullable CompletableFuture<Boolean> again() {
    return again;
  }
}
