package io.waybill.http.apache;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.support.BasicRequestBuilder;
import org.jspecify.annotations.Nullable;

/** One request on its way to one server, and what is told of it. */
final class AsyncSending implements AsyncExecCallback {
  private final ApacheCall call;
  private final HttpRequest request;
  private final @Nullable AsyncEntityProducer body;
  private final AsyncExecChain.Scope scope;
  private final AsyncExecChain chain;
  private final AsyncExecCallback outer;
  // A copy: what we add must be in no other, and the client sends its own again.
  private final HttpRequest sent;
  private final HttpAttempt attempt;
  private final CallDependency dependency;
  private volatile int status;
  private volatile @Nullable HeldAnswer held;

  AsyncSending(
      ApacheCall call,
      HttpRequest request,
      @Nullable AsyncEntityProducer body,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback outer) {
    this.call = call;
    this.request = request;
    this.body = body;
    this.scope = scope;
    this.chain = chain;
    this.outer = outer;
    this.sent = BasicRequestBuilder.copy(request).build();
    this.attempt = call.attempt(sent, scope.route, scope.originalRequest);
    this.dependency = new CallDependency(scope.cancellableDependency, call, attempt);
  }

  void start() throws HttpException, IOException {
    CompletableFuture<Boolean> due =
        attempt.due(sent::containsHeader, Patience.of(scope.clientContext));
    if (due == null) {
      send();
    } else {
      var unused = due.whenComplete((renewed, failure) -> sendLater(this::send));
    }
  }

  private void send() throws HttpException, IOException {
    try {
      attempt.release(sent, RequestHeaders.ACCESS);
      try (Scope ignored = attempt.context().makeCurrent()) {
        chain.proceed(sent, body, AsyncCalls.with(scope, dependency), this);
      }
    } catch (Throwable failure) {
      attempt.failed(failure);
      throw failure;
    }
  }

  private interface Task {
    void run() throws HttpException, IOException;
  }

  /** Nobody above is there to catch. */
  private void sendLater(Task task) {
    if (dependency.isCancelled()) {
      failedLater(new CancellationException());
      return;
    }
    try {
      task.run();
    } catch (Exception failure) {
      failedLater(failure);
    }
  }

  private void failedLater(Exception cause) {
    attempt.failed(cause);
    outer.failed(cause);
  }

  @Override
  public @Nullable AsyncDataConsumer handleResponse(
      HttpResponse response, @Nullable EntityDetails details) throws HttpException, IOException {
    status = response.getCode();
    call.guard(attempt, response);
    CompletableFuture<Boolean> again =
        attempt.rejected(
            status,
            () -> RequestHeaders.challenges(response),
            body == null || body.isRepeatable(),
            Patience.of(scope.clientContext));
    if (again == null) {
      return outer.handleResponse(response, details);
    }
    HeldAnswer answer = new HeldAnswer(() -> outer.handleResponse(response, details), this::broken);
    held = answer;
    var unused =
        again.whenComplete(
            (yes, failure) -> answer.decide(failure == null && Boolean.TRUE.equals(yes)));
    return answer;
  }

  @Override
  public void handleInformationResponse(HttpResponse response) throws HttpException, IOException {
    outer.handleInformationResponse(response);
  }

  @Override
  public void completed() {
    HeldAnswer answer = held;
    if (answer == null) {
      attempt.answered(status);
      outer.completed();
    } else {
      answer.then(
          repeats -> {
            attempt.answered(status);
            if (repeats) {
              sendLater(this::repeat);
            } else {
              outer.completed();
            }
          });
    }
  }

  private void repeat() throws HttpException, IOException {
    if (body != null) {
      body.releaseResources(); // As the client itself does: back to its beginning.
    }
    new AsyncSending(call, request, body, scope, chain, outer).start();
  }

  @Override
  public void failed(Exception cause) {
    HeldAnswer answer = held;
    attempt.failed(cause);
    if (answer == null) {
      outer.failed(cause);
    } else {
      answer.fail(() -> outer.failed(cause));
    }
  }

  /** By the user's consumer, while what was held is passed on. */
  private void broken(Exception cause) {
    attempt.failed(cause);
    scope.execRuntime.markConnectionNonReusable();
    outer.failed(cause);
  }
}
