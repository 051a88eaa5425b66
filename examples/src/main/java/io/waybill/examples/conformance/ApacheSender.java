package io.waybill.examples.conformance;

import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Apache's client that waits. */
final class ApacheSender implements Sender {
  private final CloseableHttpClient client;

  ApacheSender(Waybill waybill) {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(MOST_CONNECTIONS)
                    .setMaxConnTotal(MOST_CONNECTIONS)
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.of(PATIENCE)).build());
    this.client = WaybillApacheHttp.install(builder, waybill).build();
  }

  @Override
  public String send(URI uri, byte @Nullable [] json) throws IOException {
    ClassicRequestBuilder request =
        json == null
            ? ClassicRequestBuilder.get(uri)
            : ClassicRequestBuilder.post(uri).setEntity(json, ContentType.create(JSON));
    return client.execute(request.build(), answer -> EntityUtils.toString(answer.getEntity()));
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }
}
