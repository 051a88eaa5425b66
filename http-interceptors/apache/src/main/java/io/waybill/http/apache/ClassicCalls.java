package io.waybill.http.apache;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a client that waits for its answers: {@code call} stands around its redirects and
 * retries, {@code attempt} inside of them.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class ClassicCalls {
  private final Supplier<Waybill> waybill;
  private final boolean cached;
  // What all hops of one execution share, and no other has: not the HttpClientContext.
  private final ConcurrentMap<ExecRuntime, ApacheCall> running = new ConcurrentHashMap<>();

  /**
   * Creates those of one client.
   *
   * @param cached whether it keeps answers
   */
  ClassicCalls(Supplier<Waybill> waybill, boolean cached) {
    this.waybill = waybill;
    this.cached = cached;
  }

  ClassicHttpResponse call(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    running.put(scope.execRuntime, ApacheCall.ofCurrent(waybill.get(), cached));
    try {
      return chain.proceed(request, scope);
    } finally {
      running.remove(scope.execRuntime);
    }
  }

  ClassicHttpResponse attempt(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ApacheCall known = running.get(scope.execRuntime);
    // Somebody in between made an execution of their own, as a cache that looks behind the scenes.
    ApacheCall call = known == null ? ApacheCall.ofCurrent(waybill.get(), cached) : known;
    while (true) {
      Sending sending = new Sending(call, request, scope);
      ClassicHttpResponse response = sending.send(chain);
      if (!sending.isRepeated(response)) {
        return response;
      }
      Answers.drop(response);
    }
  }

  /** One request on its way to one server. */
  private static final class Sending {
    private final ApacheCall call;
    private final ExecChain.Scope scope;
    // A copy: what we add must be in no other, and the client sends its own again.
    private final ClassicHttpRequest sent;
    private final HttpAttempt attempt;
    private @Nullable CompletableFuture<Boolean> again;

    Sending(ApacheCall call, ClassicHttpRequest request, ExecChain.Scope scope) {
      this.call = call;
      this.scope = scope;
      this.sent = ClassicRequestBuilder.copy(request).build();
      HttpEntity entity = request.getEntity();
      if (entity != null) {
        sent.setEntity(new CallersEntity(entity, call.callbacks()));
      }
      this.attempt = call.attempt(sent, scope.route, scope.originalRequest);
    }

    ClassicHttpResponse send(ExecChain chain) throws IOException, HttpException {
      try {
        CompletableFuture<Boolean> due =
            attempt.due(sent::containsHeader, Patience.of(scope.clientContext));
        if (due != null) {
          Answers.await(due, scope.execRuntime);
        }
        attempt.release(sent, RequestHeaders.ACCESS);
        try (Scope ignored = attempt.context().makeCurrent()) {
          return answered(chain.proceed(sent, scope));
        }
      } catch (Throwable failure) {
        attempt.failed(failure);
        throw failure;
      }
    }

    private ClassicHttpResponse answered(ClassicHttpResponse response) {
      HttpEntity entity = sent.getEntity();
      again =
          attempt.rejected(
              response.getCode(),
              () -> RequestHeaders.challenges(response),
              entity == null || entity.isRepeatable(),
              Patience.of(scope.clientContext));
      attempt.answered(response.getCode());
      call.guard(attempt, response);
      return response;
    }

    boolean isRepeated(ClassicHttpResponse response) throws IOException {
      CompletableFuture<Boolean> asked = again;
      if (asked == null) {
        return false;
      }
      try {
        return Answers.await(asked, scope.execRuntime);
      } catch (IOException stopped) {
        response.close();
        throw stopped;
      }
    }
  }
}
