package io.waybill.examples.clients;

import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;

/** Apache HttpClient: one line, around its builder. */
final class ByApache implements Caller {
  private final CloseableHttpClient client;

  ByApache(Waybill waybill) {
    client = WaybillApacheHttp.install(HttpClientBuilder.create(), waybill).build();
  }

  @Override
  public String get(String url) throws IOException {
    return client.execute(new HttpGet(url), answer -> EntityUtils.toString(answer.getEntity()));
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
