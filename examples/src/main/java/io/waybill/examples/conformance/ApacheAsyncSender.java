package io.waybill.examples.conformance;

import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Apache's client that does not wait. */
final class ApacheAsyncSender implements Sender {
  private final CloseableHttpAsyncClient client;

  ApacheAsyncSender(Waybill waybill) {
    HttpAsyncClientBuilder builder =
        HttpAsyncClientBuilder.create()
            .setConnectionManager(
                PoolingAsyncClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(MOST_CONNECTIONS)
                    .setMaxConnTotal(MOST_CONNECTIONS)
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.of(PATIENCE)).build());
    this.client = WaybillApacheHttp.install(builder, waybill).build();
    client.start();
  }

  @Override
  public String send(URI uri, byte @Nullable [] json) throws IOException, InterruptedException {
    SimpleRequestBuilder request =
        json == null
            ? SimpleRequestBuilder.get(uri)
            : SimpleRequestBuilder.post(uri).setBody(json, ContentType.create(JSON));
    try {
      return client.execute(request.build(), null).get().getBodyText();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
