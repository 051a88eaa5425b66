package io.waybill.examples.conformance;

import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** The JDK's client. */
final class JdkSender implements Sender {
  private final HttpClient client;

  JdkSender(Waybill waybill) {
    this.client =
        WaybillHttpClient.newBuilder(waybill).version(HttpClient.Version.HTTP_1_1).build();
  }

  @Override
  public String send(URI uri, byte @Nullable [] json) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    if (json != null) {
      request.header("content-type", JSON).POST(BodyPublishers.ofByteArray(json));
    }
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  @Override
  public void close() {
    // Java 17 has no way to; it ends when nobody refers to it.
  }
}
