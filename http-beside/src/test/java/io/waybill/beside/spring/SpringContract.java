package io.waybill.beside.spring;

import io.opentelemetry.context.Context;
import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/** The contract of clients for one of Spring's, over one of ours. */
abstract class SpringContract extends ClientInterceptorContract {
  private static final ThreadLocal<Consumer<String>> CALLBACK =
      ThreadLocal.withInitial(() -> name -> {});

  private final By by;
  private final Over over;

  SpringContract(By by, Over over) {
    this.by = by;
    this.over = over;
  }

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    ClientHttpRequestFactory factory = over.open(waybill, below);
    ClientHttpRequestInterceptor users =
        (request, body, execution) -> {
          CALLBACK.get().accept("interceptor");
          return execution.execute(request, body);
        };
    return new OpenClient(factory, by.over(factory, List.of(users)), URI.create(origin));
  }

  private record OpenClient(
      ClientHttpRequestFactory factory, By.Caller caller, URI origin, ExecutorService threads)
      implements Client {

    OpenClient(ClientHttpRequestFactory factory, By.Caller caller, URI origin) {
      this(factory, caller, origin, Executors.newCachedThreadPool());
    }

    @Override
    public String call(Map<String, String> headers) {
      return caller.get(origin, headers);
    }

    /** The application's own threads, with the application's own Context. */
    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      Queue<Runnable> stops = new ConcurrentLinkedQueue<>();
      CompletableFuture<String> answer = new CompletableFuture<>();
      Future<?> task =
          threads.submit(
              Context.current()
                  .wrap(
                      () -> {
                        Over.STOPS.set(stops);
                        CALLBACK.set(callback);
                        run(headers, answer);
                      }));
      var unused =
          answer.whenComplete(
              (text, failure) -> {
                if (answer.isCancelled()) {
                  stops.forEach(Runnable::run);
                }
              });
      return cancelling(task, answer);
    }

    private void run(Map<String, String> headers, CompletableFuture<String> answer) {
      try {
        answer.complete(call(headers));
      } catch (Throwable failure) {
        answer.completeExceptionally(failure);
      } finally {
        Over.STOPS.remove();
        CALLBACK.remove();
      }
    }

    @Override
    public void close() throws Exception {
      threads.shutdownNow();
      if (factory instanceof DisposableBean disposable) {
        disposable.destroy();
      }
    }
  }
}
