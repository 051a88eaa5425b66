package io.waybill.examples.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /test}: the protocol of the W3C's trace-context harness. */
final class TestEndpoint extends Endpoint {

  /** As it stands in the body. */
  private record Asked(@Nullable String url, @Nullable JsonElement arguments) {}

  private record Call(URI uri, JsonElement arguments) {}

  TestEndpoint(Sender sender) {
    super("POST", sender);
  }

  @Override
  JsonElement json(Request request) throws IOException, InterruptedException {
    // All of them before the first is sent: a wrong body sends nothing.
    List<Call> calls = calls(request.body());
    for (Call call : calls) {
      call(call.uri, call.arguments);
    }
    return new JsonObject();
  }

  private static List<Call> calls(String body) {
    List<Call> calls = new ArrayList<>();
    for (@Nullable Asked asked : Json.read(body, Asked[].class)) {
      if (asked == null || asked.url == null || asked.arguments == null) {
        throw new IllegalArgumentException("body (expected: [{\"url\": .., \"arguments\": ..}])");
      }
      calls.add(new Call(to(asked.url), asked.arguments));
    }
    return calls;
  }
}
