package io.waybill.spring.client;

import io.opentelemetry.context.Context;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StreamUtils;
import org.springframework.web.client.RestClient;

/** A RestClient keeps the contract of clients, over what Boot's builder is made into. */
@ParameterizedClass
@EnumSource
class RestClientContractTest extends ClientInterceptorContract {
  private static final ThreadLocal<Consumer<String>> CALLBACK =
      ThreadLocal.withInitial(() -> name -> {});
  // Where a call of this thread says how it is stopped, by more than an interrupt.
  private static final ThreadLocal<@Nullable Queue<Runnable>> STOPS = new ThreadLocal<>();

  private final Over over;

  RestClientContractTest(Over over) {
    this.over = over;
  }

  /** A builder of the application's own, with something that runs below Waybill in each call. */
  enum Over {
    JDK {
      @Override
      ClientHttpRequestFactoryBuilder<?> builder(Runnable below) {
        return ClientHttpRequestFactoryBuilder.jdk().withProxySelector(new Below(below));
      }
    },
    HTTP_COMPONENTS {
      @Override
      ClientHttpRequestFactoryBuilder<?> builder(Runnable below) {
        return ClientHttpRequestFactoryBuilder.httpComponents()
            .withConnectionManagerCustomizer(
                pool -> pool.setMaxConnPerRoute(200).setMaxConnTotal(200))
            .withHttpClientCustomizer(client -> stoppable(client, below));
      }

      /** A thread that reads from a socket does not look at interrupts. */
      private void stoppable(HttpClientBuilder client, Runnable below) {
        // To stop a call is to break its connection, after which it would be tried again.
        client.disableAutomaticRetries();
        client.addRequestInterceptorLast((request, entity, context) -> below.run());
        client.addExecInterceptorLast(
            "stoppable",
            (request, scope, chain) -> {
              Queue<Runnable> stops = STOPS.get();
              if (stops != null) {
                stops.add(scope.execRuntime::discardEndpoint);
              }
              return chain.proceed(request, scope);
            });
      }
    },
    JETTY {
      @Override
      ClientHttpRequestFactoryBuilder<?> builder(Runnable below) {
        return ClientHttpRequestFactoryBuilder.jetty()
            .withHttpClientCustomizer(
                client -> {
                  client.setMaxConnectionsPerDestination(200);
                  client.getRequestListeners().addQueuedListener(request -> below.run());
                });
      }
    },
    REACTOR {
      @Override
      ClientHttpRequestFactoryBuilder<?> builder(Runnable below) {
        return ClientHttpRequestFactoryBuilder.reactor()
            .withHttpClientCustomizer(
                client -> client.mapConnect(connect -> connect.doFirst(below)));
      }
    };

    abstract ClientHttpRequestFactoryBuilder<?> builder(Runnable below);
  }

  /** The client asks for a proxy on the thread that sends, below what Waybill makes current. */
  private static final class Below extends ProxySelector {
    private final Runnable task;

    Below(Runnable task) {
      this.task = task;
    }

    @Override
    public List<Proxy> select(URI uri) {
      task.run();
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    RequestFactoryAutoConfiguration.class,
    HttpClientAutoConfiguration.class,
    ImperativeHttpClientAutoConfiguration.class,
    RestClientAutoConfiguration.class
  })
  static class Application {}

  @Override
  protected Server serve(Service service) {
    return Contracts.serve(service);
  }

  @Override
  protected Client open(@Nullable Waybill waybill, String origin, Runnable below) {
    AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();
    if (waybill != null) {
      application.registerBean(Waybill.class, () -> waybill);
    }
    application.registerBean(ClientHttpRequestFactoryBuilder.class, () -> over.builder(below));
    application.registerBean(RestClientCustomizer.class, () -> RestClientContractTest::intercepted);
    application.register(Application.class);
    application.refresh();
    return new OpenClient(
        application, application.getBean(RestClient.Builder.class).build(), URI.create(origin));
  }

  private static void intercepted(RestClient.Builder builder) {
    builder.requestInterceptor(
        (request, body, execution) -> {
          CALLBACK.get().accept("interceptor");
          return execution.execute(request, body);
        });
  }

  private record OpenClient(
      AnnotationConfigApplicationContext application,
      RestClient client,
      URI origin,
      ExecutorService threads)
      implements Client {

    OpenClient(AnnotationConfigApplicationContext application, RestClient client, URI origin) {
      this(application, client, origin, Executors.newCachedThreadPool());
    }

    @Override
    public String call(Map<String, String> headers) {
      return client
          .get()
          .uri(origin)
          .headers(all -> headers.forEach(all::add))
          .exchange((request, response) -> text(response));
    }

    private static String text(ClientHttpResponse response) throws IOException {
      return response.getStatusCode().value()
          + " "
          + StreamUtils.copyToString(response.getBody(), StandardCharsets.UTF_8);
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
                        STOPS.set(stops);
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
        STOPS.remove();
        CALLBACK.remove();
      }
    }

    @Override
    public void close() {
      threads.shutdownNow();
      application.close();
    }
  }
}
