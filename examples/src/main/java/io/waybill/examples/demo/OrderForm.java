package io.waybill.examples.demo;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** The payload of the shop's HTTP calls, {@code order=17}, and no more: nothing says for whom. */
final class OrderForm {
  /** The name of its one field. */
  static final String ORDER = "order";

  private OrderForm() {}

  /** Returns the call with the order {@code number} in its body. */
  static HttpRequest.Builder post(URI uri, long number) {
    return HttpRequest.newBuilder(uri)
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(ORDER + "=" + number));
  }

  /** Returns the order's number, or -1 if there is none in {@code value}. */
  static long number(@Nullable String value) {
    return value != null && value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
  }

  /** Returns the answer of a service that is expected to say 200. */
  static String send(HttpClient client, HttpRequest request) throws IOException {
    HttpResponse<String> answer;
    try {
      answer = client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    }
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode() + " (expected: 200)");
    }
    return answer.body();
  }
}
