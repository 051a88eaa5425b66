package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a client that does not wait: {@code call} stands around its redirects and retries,
 * {@code attempt} inside of them, and {@code transport} where the client's own threads send.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class AsyncCalls {
  private final Waybill waybill;
  private final boolean cached;

  /**
   * Creates those of one client.
   *
   * @param cached whether it keeps answers
   */
  AsyncCalls(Waybill waybill, boolean cached) {
    this.waybill = waybill;
    this.cached = cached;
  }

  void call(
      HttpRequest request,
      @Nullable AsyncEntityProducer body,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    ApacheCall call = ApacheCall.ofCurrent(waybill, cached);
    Context caller = call.callbacks();
    chain.proceed(
        request,
        body == null ? null : new CallersBody(body, caller),
        with(scope, new CallDependency(scope.cancellableDependency, call, null)),
        new CallersCallback(callback, caller));
  }

  void attempt(
      HttpRequest request,
      @Nullable AsyncEntityProducer body,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    // Somebody in between made an execution of their own, as a cache that looks behind the scenes.
    ApacheCall call =
        scope.cancellableDependency instanceof CallDependency known
            ? known.call()
            : ApacheCall.ofCurrent(waybill, cached);
    new AsyncSending(call, request, body, scope, chain, callback).start();
  }

  /** Connections are waited for: what is below goes on in a thread of the client. */
  void transport(
      HttpRequest request,
      @Nullable AsyncEntityProducer body,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    HttpAttempt attempt =
        scope.cancellableDependency instanceof CallDependency known ? known.attempt() : null;
    if (attempt == null) {
      chain.proceed(request, body, scope, callback);
      return;
    }
    try (Scope ignored = attempt.context().makeCurrent()) {
      chain.proceed(request, body, scope, callback);
    }
  }

  static AsyncExecChain.Scope with(AsyncExecChain.Scope scope, CancellableDependency dependency) {
    return new AsyncExecChain.Scope(
        scope.exchangeId,
        scope.route,
        scope.originalRequest,
        dependency,
        scope.clientContext,
        scope.execRuntime,
        scope.scheduler,
        scope.execCount);
  }
}
