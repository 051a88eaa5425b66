package io.waybill.examples.conformance;

import com.google.gson.JsonElement;
import java.io.IOException;

/** {@code GET /probe}: calls the recording server, or the {@code url} that it is given. */
final class ProbeEndpoint extends Endpoint {
  private final Probe probe;
  private final String recorder;

  ProbeEndpoint(Sender sender, Probe probe, String recorder) {
    super("GET", sender);
    this.probe = probe;
    this.recorder = recorder;
  }

  @Override
  JsonElement json(Request request) throws IOException, InterruptedException {
    String url = request.parameter("url");
    String received = call(to(url == null ? recorder : url), null);
    return probe.answer(received, url == null);
  }
}
