package io.waybill.http.testing;

import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.ClientInterceptorContract.Service;
import io.waybill.testing.UnauthenticatedException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server of the contract of clients, for all that speak HTTP. */
public final class ContractServer {
  private ContractServer() {}

  /** Starts one of {@code service}. */
  public static Server serve(Service service) throws Exception {
    RecordingServer server =
        RecordingServer.answering(
            exchange -> {
              Map<String, List<String>> headers = new HashMap<>();
              exchange
                  .getRequestHeaders()
                  .forEach((name, lines) -> headers.put(name.toLowerCase(Locale.ROOT), lines));
              answer(service, headers).to(exchange);
            });
    return new Server() {
      @Override
      public String origin() {
        return server.origin();
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  private static RecordingServer.Answer answer(Service service, Map<String, List<String>> headers) {
    try {
      String text = service.serve(headers).toCompletableFuture().get(30, TimeUnit.SECONDS);
      return RecordingServer.status(200, text);
    } catch (ExecutionException failed) {
      return failed.getCause() instanceof UnauthenticatedException rejected
          ? rejected(rejected.challenges())
          : RecordingServer.status(500, "");
    } catch (InterruptedException | TimeoutException stopped) {
      return RecordingServer.status(503, "");
    }
  }

  private static RecordingServer.Answer rejected(List<String> challenges) {
    return exchange -> {
      challenges.forEach(line -> exchange.getResponseHeaders().add("WWW-Authenticate", line));
      RecordingServer.status(401, "who are you?").to(exchange);
    };
  }
}
