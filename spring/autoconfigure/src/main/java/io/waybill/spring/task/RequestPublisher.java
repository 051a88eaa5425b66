package io.waybill.spring.task;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.http.webflux.WaybillWebFlux;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a method that returns a publisher has returned to one subscription, in a request of its own.
 *
 * @param done ends the request
 */
record RequestPublisher(Publisher<?> returned, Context context, CompletableFuture<Object> done) {

  static boolean isOne(Class<?> returned) {
    return returned == Mono.class || returned == Flux.class;
  }

  /** Returns a publisher of the method's type; each subscription calls the method anew. */
  static Object of(RequestOpener opener, ProxyMethodInvocation method) {
    return method.getMethod().getReturnType() == Mono.class
        ? Mono.defer(() -> open(opener, method).one())
        : Flux.defer(() -> open(opener, method).many());
  }

  private static RequestPublisher open(RequestOpener opener, ProxyMethodInvocation method) {
    AtomicReference<@Nullable RequestPublisher> opened = new AtomicReference<>();
    try {
      var unused = opener.callAsync(method.getMethod(), () -> called(method, opened));
      return requireNonNull(opened.get(), "opened");
    } catch (Throwable failure) {
      return new RequestPublisher(Mono.error(failure), Context.root(), new CompletableFuture<>());
    }
  }

  private static CompletionStage<Object> called(
      ProxyMethodInvocation method, AtomicReference<@Nullable RequestPublisher> opened)
      throws Throwable {
    Object returned = method.invocableClone().proceed();
    Publisher<?> publisher =
        (Publisher<?>) requireNonNull(returned, "publisher that the method returns");
    CompletableFuture<Object> done = new CompletableFuture<>();
    opened.set(new RequestPublisher(publisher, Context.current(), done));
    return done;
  }

  private Mono<?> one() {
    return Mono.from(returned)
        .doOnSuccess(done::complete)
        .doOnError(done::completeExceptionally)
        .doOnCancel(() -> done.complete(this))
        .contextWrite(this::within);
  }

  private Flux<?> many() {
    return Flux.from(returned)
        .doOnComplete(() -> done.complete(this))
        .doOnError(done::completeExceptionally)
        .doOnCancel(() -> done.complete(this))
        .contextWrite(this::within);
  }

  private reactor.util.context.Context within(reactor.util.context.Context view) {
    return view.put(WaybillWebFlux.CONTEXT_KEY, context);
  }
}
