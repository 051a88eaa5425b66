package io.waybill.examples.clients;

import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import java.net.http.HttpClient;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Spring's RestClient, over the JDK's client. Below its factory, and not by a {@code
 * ClientHttpRequestInterceptor}, which does not see where a redirect leads.
 */
final class ByRestClient implements Caller {
  private final RestClient client;

  ByRestClient(Waybill waybill) {
    HttpClient jdk =
        WaybillHttpClient.newBuilder(waybill).followRedirects(HttpClient.Redirect.NORMAL).build();
    client = RestClient.builder().requestFactory(new JdkClientHttpRequestFactory(jdk)).build();
  }

  @Override
  public String get(String url) {
    return String.valueOf(client.get().uri(url).retrieve().body(String.class));
  }
}
