package io.waybill.examples.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /test}: the protocol of the W3C's trace-context harness. */
final class TestServlet extends CallingServlet {
  private static final long serialVersionUID = 1L;

  private record Call(@Nullable String url, @Nullable JsonElement arguments) {}

  TestServlet(HttpClient client) {
    super(client);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    byte[] body = request.getInputStream().readAllBytes();
    // All of them before the first is sent: a wrong body sends nothing.
    List<HttpRequest.Builder> calls = calls(new String(body, StandardCharsets.UTF_8));
    for (HttpRequest.Builder call : calls) {
      call(call);
    }
    Json.answer(response, HttpServletResponse.SC_OK, new JsonObject());
  }

  private static List<HttpRequest.Builder> calls(String body) {
    List<HttpRequest.Builder> calls = new ArrayList<>();
    for (@Nullable Call call : Json.read(body, Call[].class)) {
      if (call == null || call.url == null || call.arguments == null) {
        throw new IllegalArgumentException("body (expected: [{\"url\": .., \"arguments\": ..}])");
      }
      calls.add(
          to(call.url)
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString(Json.write(call.arguments))));
    }
    return calls;
  }
}
