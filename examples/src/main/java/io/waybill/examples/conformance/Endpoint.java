package io.waybill.examples.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests for one path, whatever serves it, and calls other servers by HTTP. It
 * answers 400 to a request that can't be followed, and 502 where a call failed, with the name of
 * the exception.
 *
 * <p><b>Threading.</b> Safe from any thread, and may block it.
 */
abstract class Endpoint {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int BAD_GATEWAY = 502;

  private final String method;
  private final Sender sender;

  /** Creates one that takes requests of {@code method}, and calls by {@code sender}. */
  Endpoint(String method, Sender sender) {
    this.method = method;
    this.sender = sender;
  }

  /**
   * What was asked.
   *
   * @param query as it stands behind the question mark; null without one
   */
  record Request(String method, @Nullable String query, String body) {
    /** Returns the value of a parameter of the query, or null if it has none. */
    @Nullable String parameter(String name) {
      if (query != null) {
        for (String pair : query.split("&", -1)) {
          if (pair.startsWith(name + "=")) {
            return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
          }
        }
      }
      return null;
    }
  }

  /** What is answered, as {@link Json#CONTENT_TYPE}. */
  record Reply(int status, JsonElement json) {
    byte[] body() {
      return Json.bytes(json);
    }
  }

  /** Answers a request whose Context is current. */
  final Reply answer(Request request) {
    if (!request.method.equals(method)) {
      return new Reply(METHOD_NOT_ALLOWED, Json.error("method (expected: " + method + ")"));
    }
    try {
      return new Reply(OK, json(request));
    } catch (IllegalArgumentException | JsonParseException wrong) {
      return new Reply(BAD_REQUEST, Json.error(wrong.getMessage()));
    } catch (IOException failed) {
      return new Reply(BAD_GATEWAY, Json.error(failed.getClass().getName()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Reply(BAD_GATEWAY, Json.error(stopping.getClass().getName()));
    }
  }

  /**
   * Returns what a request of the right method is answered with.
   *
   * @throws IOException if a call failed
   */
  abstract JsonElement json(Request request) throws IOException, InterruptedException;

  /** Returns the address of a call; any other is refused before anything is sent. */
  static URI to(String url) {
    URI uri = URI.create(url);
    if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        || uri.getHost() == null) {
      throw new IllegalArgumentException("url (expected: http://host..)");
    }
    return uri;
  }

  /** Posts {@code json}, or gets if it is null, and returns the body of the answer. */
  final String call(URI uri, @Nullable JsonElement json) throws IOException, InterruptedException {
    return sender.send(uri, json == null ? null : Json.bytes(json));
  }
}
