package io.waybill.spring.client;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.ClientInterceptorContract.Service;
import io.waybill.testing.UnauthenticatedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server of the contract of clients, for all that speak HTTP. */
final class Contracts {
  private Contracts() {}

  /** Starts one of {@code service}. */
  static Server serve(Service service) {
    Recorder recorder = new Recorder(exchange -> answer(service, exchange));
    return new Server() {
      @Override
      public String origin() {
        return recorder.origin();
      }

      @Override
      public void close() {
        recorder.close();
      }
    };
  }

  private static void answer(Service service, HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, lines) -> headers.put(name.toLowerCase(Locale.ROOT), lines));
    try {
      String text = service.serve(headers).toCompletableFuture().get(30, TimeUnit.SECONDS);
      Recorder.status(exchange, 200, text);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnauthenticatedException rejected) {
        List<String> given = rejected.challenges();
        // Without any, Jetty's client takes a 401 for a violation.
        List<String> challenges = given.isEmpty() ? List.of("Bearer") : given;
        challenges.forEach(line -> exchange.getResponseHeaders().add("WWW-Authenticate", line));
        Recorder.status(exchange, 401, "who are you?");
      } else {
        Recorder.status(exchange, 500, "");
      }
    } catch (InterruptedException | TimeoutException stopped) {
      Recorder.status(exchange, 503, "");
    }
  }
}
