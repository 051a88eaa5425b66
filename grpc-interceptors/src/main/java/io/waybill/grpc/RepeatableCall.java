package io.waybill.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.context.Context;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Rejection;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request message that is made once more, with a new credential, where the first
 * was rejected before anything came of it. What its caller does meanwhile is remembered.
 */
final class RepeatableCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {
  // One for many calls: held for a few fields only, while one for each would be much of a call's
  // cost.
  private static final Lock[] LOCKS =
      Stream.generate(ReentrantLock::new).limit(64).toArray(Lock[]::new);

  private enum Phase {
    FIRST,
    WAITING,
    STARTING,
    LAST
  }

  private record Cancel(@Nullable String why, @Nullable Throwable cause) {}

  private final WaybillClientInterceptor interceptor;
  private final MethodDescriptor<ReqT, RespT> method;
  private final CallOptions options;
  private final Channel next;
  private final Context caller;
  private final Target target;
  private final Authorization authorization;
  // That of gRPC: a second call made on another thread would lose its deadline and its end.
  private final io.grpc.Context callers = io.grpc.Context.current();
  // Guards what follows; never held while something else is called, which may call back.
  private final Lock lock = LOCKS[ThreadLocalRandom.current().nextInt(LOCKS.length)];
  private Phase phase = Phase.FIRST;
  private volatile ReleasedCall<ReqT, RespT> current;
  private @Nullable Metadata headers;
  private @Nullable ReqT message;
  private int messages;
  private int requested;
  private boolean halfClosed;
  private volatile @Nullable Boolean compression;
  private volatile @Nullable Cancel cancelled;
  // Who waits for a renewal, and is to be closed if the caller does not.
  private @Nullable FirstListener waits;

  RepeatableCall(
      WaybillClientInterceptor interceptor,
      MethodDescriptor<ReqT, RespT> method,
      CallOptions options,
      Channel next,
      Context caller,
      Target target,
      Authorization authorization) {
    this.interceptor = interceptor;
    this.method = method;
    this.options = options;
    this.next = next;
    this.caller = caller;
    this.target = target;
    this.authorization = authorization;
    this.current = attempt();
  }

  private ReleasedCall<ReqT, RespT> attempt() {
    return interceptor.released(method, options, next, caller, target, authorization);
  }

  @Override
  public void start(Listener<RespT> listener, Metadata sent) {
    if (!sent.keys().isEmpty()) { // The first attempt will have ours in it.
      headers = new Metadata();
      headers.merge(sent);
    }
    current.start(new FirstListener(listener), sent);
  }

  @Override
  public void request(int many) {
    ReleasedCall<ReqT, RespT> now;
    lock.lock();
    try {
      requested = (int) Math.min(Integer.MAX_VALUE, (long) requested + many);
      now = currentOrNull();
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.request(many);
    }
  }

  @Override
  public void sendMessage(ReqT sent) {
    ReleasedCall<ReqT, RespT> now;
    lock.lock();
    try {
      message = sent;
      messages++;
      now = currentOrNull();
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.sendMessage(sent);
    }
  }

  @Override
  public void halfClose() {
    ReleasedCall<ReqT, RespT> now;
    lock.lock();
    try {
      halfClosed = true;
      now = currentOrNull();
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.halfClose();
    }
  }

  /** Returns the attempt under way; null between the two of them. */
  private @Nullable ReleasedCall<ReqT, RespT> currentOrNull() {
    return phase == Phase.FIRST || phase == Phase.LAST ? current : null;
  }

  @Override
  public void cancel(@Nullable String why, @Nullable Throwable cause) {
    Cancel cancel = new Cancel(why, cause);
    FirstListener waiting;
    ReleasedCall<ReqT, RespT> now;
    lock.lock();
    try {
      cancelled = cancel;
      waiting = stopWaiting(Phase.LAST);
      now = waiting == null ? currentOrNull() : null;
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.cancel(why, cause);
    } else if (waiting != null) {
      waiting.close(Status.CANCELLED.withDescription(why).withCause(cause), new Metadata());
    }
  }

  /** Returns who has waited until now, or null if nobody does. */
  private @Nullable FirstListener stopWaiting(Phase next) {
    lock.lock();
    try {
      FirstListener waiting = waits;
      waits = null;
      phase = waiting == null ? phase : next;
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    compression = enabled;
    current.setMessageCompression(enabled);
  }

  @Override
  public boolean isReady() {
    return current.isReady();
  }

  @Override
  public Attributes getAttributes() {
    return current.getAttributes();
  }

  /** Of the first attempt. Once anything has come of it, it is the only one. */
  private final class FirstListener extends ClientCall.Listener<RespT>
      implements io.grpc.Context.CancellationListener {
    private final ClientCall.Listener<RespT> users;
    private boolean answered;

    FirstListener(ClientCall.Listener<RespT> users) {
      this.users = users;
    }

    @Override
    public void onHeaders(Metadata answer) {
      answered = true;
      users.onHeaders(answer);
    }

    @Override
    public void onMessage(RespT answer) {
      answered = true;
      users.onMessage(answer);
    }

    @Override
    public void onReady() {
      users.onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      CompletableFuture<Boolean> again = status.isOk() ? null : rejected(status, !answered);
      if (again == null || !startToWait(this)) {
        users.onClose(status, trailers);
        return;
      }
      callers.addListener(this, Runnable::run);
      Runnable close = () -> closeIfWaiting(status, trailers);
      var unused =
          again.whenComplete(
              (repeats, failure) ->
                  run(Boolean.TRUE.equals(repeats) ? RepeatableCall.this::repeat : close));
    }

    /** Nobody waits for the answer any more. */
    @Override
    public void cancelled(io.grpc.Context over) {
      closeIfWaiting(Contexts.statusFromCancelled(over), new Metadata());
    }

    void close(Status status, Metadata trailers) {
      callers.removeListener(this);
      InContext.call(caller, users, trailers, (listener, same) -> listener.onClose(status, same));
    }
  }

  private @Nullable CompletableFuture<Boolean> rejected(Status status, boolean canRepeat) {
    boolean isKept = messages <= 1 && !(message instanceof InputStream);
    return authorization.rejected(
        Rejection.grpc(status.getCode().value()),
        canRepeat && isKept,
        Patience.of(options, callers),
        current.span());
  }

  private boolean startToWait(FirstListener first) {
    lock.lock();
    try {
      boolean starts = cancelled == null;
      waits = starts ? first : null;
      phase = starts ? Phase.WAITING : Phase.LAST;
      return starts;
    } finally {
      lock.unlock();
    }
  }

  /** On the caller's executor: a blocking stub waits for tasks of its own. */
  private void run(Runnable waited) {
    Runnable next = callers.wrap(waited);
    try {
      if (options.getExecutor() != null) {
        options.getExecutor().execute(next);
        return;
      }
    } catch (RejectedExecutionException shutDown) {
      // The call has to end all the same.
    }
    next.run();
  }

  private void closeIfWaiting(Status status, Metadata trailers) {
    FirstListener first = stopWaiting(Phase.LAST);
    if (first != null) {
      first.close(status, trailers);
    }
  }

  /** Makes the call once more, unless it was cancelled meanwhile. */
  private void repeat() {
    FirstListener first = stopWaiting(Phase.STARTING);
    if (first == null) {
      return;
    }
    ReleasedCall<ReqT, RespT> second;
    try {
      callers.removeListener(first);
      second = attempt();
      second.start(first.users, headers == null ? new Metadata() : headers);
    } catch (Throwable refused) {
      first.close(Status.fromThrowable(refused), new Metadata());
      return;
    }
    try {
      catchUp(second);
    } catch (Throwable failed) {
      second.cancel("the call could not be repeated", failed);
    }
  }

  /** Does to {@code second} what the caller has done so far, and lets him go on with it. */
  private void catchUp(ReleasedCall<ReqT, RespT> second) {
    Boolean compresses = compression;
    if (compresses != null) {
      second.setMessageCompression(compresses);
    }
    Done<ReqT> before = new Done<>(0, null, false);
    Done<ReqT> now = goOnOrDone(second, before);
    while (now != null) {
      now.doSince(before, second);
      before = now;
      now = goOnOrDone(second, before);
    }
    Cancel late = cancelled;
    if (late != null) {
      second.cancel(late.why, late.cause);
    }
  }

  /**
   * Returns null, and has the caller go on with {@code second}, where that is at the same point.
   */
  private @Nullable Done<ReqT> goOnOrDone(ReleasedCall<ReqT, RespT> second, Done<ReqT> at) {
    lock.lock();
    try {
      Done<ReqT> now = new Done<>(requested, message, halfClosed);
      if (cancelled == null && !now.isAt(at)) {
        return now;
      }
      current = second;
      phase = Phase.LAST;
      return null;
    } finally {
      lock.unlock();
    }
  }
}
