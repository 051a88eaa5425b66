package io.waybill.spring.task;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.RequestScope.Task;
import io.waybill.sdk.Waybill;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.util.ClassUtils;

/** Opens a request around a method, until the method is done in the way that its type says. */
final class RequestOpener implements MethodInterceptor {
  private static final boolean HAS_REACTOR =
      ClassUtils.isPresent("reactor.core.publisher.Flux", RequestOpener.class.getClassLoader());

  private final Supplier<Waybill> waybill;
  private final Supplier<OpenTelemetry> openTelemetry;

  RequestOpener(Supplier<Waybill> waybill, Supplier<OpenTelemetry> openTelemetry) {
    this.waybill = waybill;
    this.openTelemetry = openTelemetry;
  }

  @Override
  @SuppressWarnings("NullAway") // a method may return null, and so may its task
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Method method = invocation.getMethod();
    Class<?> returned = method.getReturnType();
    if (returned == CompletableFuture.class || returned == CompletionStage.class) {
      return callAsync(method, () -> stage(invocation));
    }
    if (HAS_REACTOR && RequestPublisher.isOne(returned)) {
      return RequestPublisher.of(this, (ProxyMethodInvocation) invocation);
    }
    TaskSpan span = TaskSpan.of(openTelemetry.get(), method);
    return waybill.get().request().call(() -> span.call(invocation::proceed));
  }

  /** Runs {@code task} in a request that ends with its stage. */
  <V> CompletableFuture<V> callAsync(Method method, Task<CompletionStage<V>, Throwable> task)
      throws Throwable {
    TaskSpan span = TaskSpan.of(openTelemetry.get(), method);
    return waybill.get().request().callAsync(() -> span.callAsync(task));
  }

  @SuppressWarnings("unchecked") // of what its return type says
  private static CompletionStage<Object> stage(MethodInvocation invocation) throws Throwable {
    return (CompletionStage<Object>)
        requireNonNull(invocation.proceed(), "stage that the method returns");
  }
}
