package io.waybill.examples.conformance;

import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** OkHttp. */
final class OkHttpSender implements Sender {
  private final OkHttpClient client;

  OkHttpSender(Waybill waybill) {
    OkHttpClient.Builder builder = new OkHttpClient.Builder().callTimeout(PATIENCE);
    builder.readTimeout(PATIENCE);
    this.client = WaybillOkHttp.install(builder, waybill).build();
  }

  @Override
  public String send(URI uri, byte @Nullable [] json) throws IOException {
    Request.Builder request = new Request.Builder().url(uri.toString());
    if (json != null) {
      request.post(RequestBody.create(json, MediaType.get(JSON)));
    }
    try (Response response = client.newCall(request.build()).execute()) {
      return response.body().string();
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
