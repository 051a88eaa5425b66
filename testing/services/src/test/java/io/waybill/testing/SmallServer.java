package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.BaggageField;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import io.waybill.testing.ServerInterceptorContract.Reply;
import io.waybill.testing.ServerInterceptorContract.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The smallest adapter that keeps the contract of servers, and can be told not to. */
final class SmallServer implements ServerInterceptorContract.Server {
  /** What it does wrong. */
  enum Fault {
    NONE,
    HANDLER_OUTSIDE_OF_REQUEST,
    CALLBACK_OUTSIDE_OF_REQUEST,
    ENDS_WHEN_HANDLER_RETURNS,
    ENDS_SPAN_TWICE,
    KEEPS_ID_TO_ITSELF
  }

  private final Fault fault;
  private final Waybill waybill;
  private final Service service;
  private final ExecutorService threads;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;

  SmallServer(Fault fault, Waybill waybill, Service service) throws IOException {
    this.fault = fault;
    this.waybill = waybill;
    this.service = service;
    // On one thread the next call is served when the handler of the last has returned.
    threads = Executors.newFixedThreadPool(fault == Fault.ENDS_WHEN_HANDLER_RETURNS ? 1 : 4);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", waybill == null ? this::serveWithout : this::serve);
    server.start();
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serveWithout(HttpExchange exchange) {
    try {
      var unused = service.serve().whenComplete((text, failure) -> answer(exchange, text, failure));
    } catch (RuntimeException thrown) {
      answer(exchange, "", thrown);
    }
  }

  private void serve(HttpExchange exchange) {
    Context skipped = waybill.skipped(exchange.getRequestURI().getRawPath());
    if (skipped == null) {
      receive(exchange);
    } else {
      try (Scope ignored = skipped.makeCurrent()) {
        serveWithout(exchange);
      }
    }
  }

  private void receive(HttpExchange exchange) {
    IncomingCall request =
        waybill.receive(exchange, new Headers(), Peer.unverified(null, null), "GET", span -> {});
    if (fault != Fault.KEEPS_ID_TO_ITSELF) {
      String id = request.scope().get(BaggageField.REQUEST_ID);
      exchange.getResponseHeaders().set("x-request-id", id);
    }
    CompletionStage<String> answer;
    Context context =
        fault == Fault.HANDLER_OUTSIDE_OF_REQUEST ? Context.root() : request.context();
    try (Scope ignored = context.makeCurrent()) {
      answer = service.serve();
    } catch (RuntimeException thrown) {
      answer(exchange, "", thrown);
      end(request);
      return;
    }
    if (fault == Fault.ENDS_WHEN_HANDLER_RETURNS) {
      end(request);
    }
    var unused =
        answer.whenComplete(
            (text, failure) -> {
              answer(exchange, text, failure);
              end(request);
            });
  }

  private void end(IncomingCall request) {
    if (request.end() && fault == Fault.ENDS_SPAN_TWICE) {
      request.span().end();
    }
    boolean outside = fault == Fault.CALLBACK_OUTSIDE_OF_REQUEST;
    try (Scope ignored = (outside ? Context.root() : request.context()).makeCurrent()) {
      service.called("end");
    }
  }

  private static void answer(HttpExchange exchange, String text, Throwable failure) {
    try (exchange) {
      byte[] body = failure == null ? text.getBytes() : new byte[0];
      exchange.sendResponseHeaders(
          failure == null ? 200 : 500, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException clientIsGone) {
      // There is nobody left to answer.
    }
  }

  @Override
  public CompletableFuture<Reply> call(Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin()));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request.build(), BodyHandlers.ofString());
    return ContractBase.cancelling(answer, answer.thenApply(SmallServer::reply));
  }

  private static Reply reply(HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, lines) -> headers.put(name, lines.get(0)));
    return new Reply(Integer.toString(response.statusCode()), response.body(), headers);
  }

  @Override
  public void close() throws InterruptedException {
    server.stop(0);
    threads.shutdown();
    // What it does wrong, it has done.
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static final class Headers implements TextMapGetter<HttpExchange> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(HttpExchange exchange) {
      return exchange.getRequestHeaders().keySet();
    }

    @Override
    public String get(HttpExchange exchange, String name) {
      return exchange.getRequestHeaders().getFirst(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public Iterator<String> getAll(HttpExchange exchange, String name) {
      List<String> lines = exchange.getRequestHeaders().get(name);
      return lines == null ? Collections.emptyIterator() : lines.iterator();
    }
  }
}
