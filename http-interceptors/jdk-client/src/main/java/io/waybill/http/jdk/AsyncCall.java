package io.waybill.http.jdk;

import io.waybill.concurrent.ContextFuture;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The hops of one {@code sendAsync}, one after the other, and the future that the user holds. */
final class AsyncCall<T> {
  private final Call<T> call;
  private final ClientLifecycle lifecycle;
  private final ContextFuture<HttpResponse<T>> result;
  private volatile @Nullable CompletableFuture<?> running;
  private volatile boolean cancelled;

  AsyncCall(Call<T> call, ClientLifecycle lifecycle) {
    this.call = call;
    this.lifecycle = lifecycle;
    this.result = new ContextFuture<>(this::cancel);
  }

  /** Sends {@code request}; throws what the client below throws at once. */
  CompletableFuture<HttpResponse<T>> start(HttpRequest request) {
    Hop<T> first = call.first(request);
    try {
      lifecycle.enter();
    } catch (IOException closed) {
      result.completeExceptionally(closed);
      return result;
    }
    try {
      run(first);
    } catch (Throwable refused) {
      lifecycle.leave();
      throw refused;
    }
    return result;
  }

  private void run(Hop<T> hop) {
    CompletableFuture<Boolean> due = hop.due();
    if (due == null) {
      send(hop);
    } else {
      var unused = due.whenComplete((renewed, failure) -> sendLater(hop));
    }
  }

  private void sendLater(Hop<T> hop) {
    try {
      if (cancelled) {
        hop.failed(new CancellationException());
        fail(new CompletionException(new CancellationException()));
      } else {
        send(hop);
      }
    } catch (Throwable refused) {
      fail(refused);
    }
  }

  private void send(Hop<T> hop) {
    CompletableFuture<HttpResponse<T>> answer = hop.sendAsync();
    running = answer;
    if (cancelled) {
      breakOff(answer);
    }
    var unused = answer.whenComplete((response, failure) -> proceed(hop, response, failure));
  }

  private void proceed(
      Hop<T> hop, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    try {
      if (failure != null || response == null) {
        Throwable cause = failure == null ? new IOException("no response") : failure;
        hop.failed(cause);
        fail(cause);
        return;
      }
      HttpResponse<T> answered = hop.answered(response);
      Hop<T> next = hop.next(answered);
      if (next == null) {
        complete(answered);
      } else if (cancelled) {
        fail(new CompletionException(new CancellationException()));
      } else {
        run(next);
      }
    } catch (Throwable thrown) {
      fail(thrown);
    }
  }

  private void complete(HttpResponse<T> response) {
    lifecycle.leave();
    result.complete(response);
  }

  private void fail(Throwable failure) {
    lifecycle.leave();
    result.completeExceptionally(failure);
  }

  private void cancel() {
    cancelled = true;
    CompletableFuture<?> now = running;
    if (now != null) {
      breakOff(now);
    }
  }

  /** By a stage made from it, as the user may: a future is cancelled only by its own method. */
  private static void breakOff(CompletableFuture<?> answer) {
    answer.copy().cancel(true);
  }
}
