package io.waybill.examples.conformance;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Spring WebFlux on Reactor Netty, on loopback. */
final class WebFluxServer implements WebServer {
  private static final HttpStatusCode NOT_FOUND = HttpStatusCode.valueOf(404);

  private final DisposableServer server;
  private final Scheduler threads;

  private WebFluxServer(DisposableServer server, Scheduler threads) {
    this.server = server;
    this.threads = threads;
  }

  static WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints)
      throws IOException {
    // One thread for each request that waits for its own call.
    Scheduler threads =
        Schedulers.newBoundedElastic(Loopback.MOST_THREADS, Integer.MAX_VALUE, "endpoint");
    HttpHandler handler =
        WebHttpHandlerBuilder.webHandler(exchange -> serve(exchange, endpoints, threads))
            .filter(WaybillWebFlux.serverFilter(waybill))
            .build();
    HttpServer server =
        HttpServer.create()
            .host(Loopback.HOST)
            .port(port)
            .httpRequestDecoder(http -> http.maxHeaderSize(Loopback.MOST_HEADER_BYTES))
            .handle(new ReactorHttpHandlerAdapter(handler));
    try {
      return new WebFluxServer(server.bindNow(), threads);
    } catch (ChannelBindException taken) {
      threads.dispose();
      throw new IOException(taken.getMessage(), taken);
    }
  }

  private static Mono<Void> serve(
      ServerWebExchange exchange, Map<String, Endpoint> endpoints, Scheduler threads) {
    Endpoint endpoint = endpoints.get(exchange.getRequest().getPath().value());
    if (endpoint == null) {
      exchange.getResponse().setStatusCode(NOT_FOUND);
      return exchange.getResponse().setComplete();
    }
    return DataBufferUtils.join(exchange.getRequest().getBody())
        .map(WebFluxServer::text)
        .defaultIfEmpty("")
        .map(
            body ->
                new Endpoint.Request(
                    exchange.getRequest().getMethod().name(),
                    exchange.getRequest().getURI().getRawQuery(),
                    body))
        .flatMap(request -> answer(endpoint, request).subscribeOn(threads))
        .flatMap(reply -> write(exchange.getResponse(), reply));
  }

  private static String text(DataBuffer body) {
    try {
      return body.toString(StandardCharsets.UTF_8);
    } finally {
      DataBufferUtils.release(body);
    }
  }

  /** An endpoint blocks, and reads what is current. */
  private static Mono<Endpoint.Reply> answer(Endpoint endpoint, Endpoint.Request request) {
    return Mono.deferContextual(
        view -> {
          Context context = view.get(WaybillWebFlux.CONTEXT_KEY);
          try (Scope ignored = context.makeCurrent()) {
            return Mono.just(endpoint.answer(request));
          }
        });
  }

  private static Mono<Void> write(ServerHttpResponse response, Endpoint.Reply reply) {
    byte[] body = reply.body();
    response.setStatusCode(HttpStatusCode.valueOf(reply.status()));
    response.getHeaders().set("Content-Type", Json.CONTENT_TYPE);
    response.getHeaders().setContentLength(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.disposeNow();
    threads.dispose();
  }
}
