package io.waybill.examples.conformance;

import com.google.gson.JsonParseException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * A servlet that calls other servers by HTTP. It answers 400 to a request that can't be followed,
 * and 502 where a call failed, with the name of the exception.
 */
abstract class CallingServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final transient HttpClient client;

  CallingServlet(HttpClient client) {
    this.client = client;
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      super.service(request, response);
    } catch (IllegalArgumentException | JsonParseException wrong) {
      Json.answer(response, HttpServletResponse.SC_BAD_REQUEST, Json.error(wrong.getMessage()));
    } catch (CallFailedException failed) {
      Json.answer(response, HttpServletResponse.SC_BAD_GATEWAY, Json.error(failed.getMessage()));
    }
  }

  /** Starts a request that {@link #call} can send. */
  static HttpRequest.Builder to(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
  }

  /** Returns the body of the answer, whatever its status. */
  final String call(HttpRequest.Builder request) throws CallFailedException {
    try {
      return client.send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException failed) {
      throw new CallFailedException(failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new CallFailedException(stopping);
    }
  }

  /** A call had no answer; the message is the name of the exception. */
  static final class CallFailedException extends ServletException {
    private static final long serialVersionUID = 1L;

    private CallFailedException(Exception cause) {
      super(cause.getClass().getName(), cause);
    }
  }
}
