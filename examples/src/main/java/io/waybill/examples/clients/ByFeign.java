package io.waybill.examples.clients;

import feign.Feign;
import feign.Request;
import feign.RequestLine;
import feign.Target.EmptyTarget;
import feign.http2client.Http2Client;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Feign, over the JDK's client.
 *
 * <p>The client must say the same of redirects and of the time to connect as Feign's options do, of
 * a method too: else Feign silently makes a client of its own, which carries nothing.
 */
final class ByFeign implements Caller {
  private final Api api;

  /** What a user of Feign writes. */
  interface Api {
    @RequestLine("GET")
    String get(URI url);
  }

  ByFeign(Waybill waybill) {
    this(client(waybill, new Request.Options()));
  }

  private static HttpClient client(Waybill waybill, Request.Options options) {
    return WaybillHttpClient.newBuilder(waybill)
        .connectTimeout(Duration.ofMillis(options.connectTimeoutMillis()))
        .followRedirects(
            options.isFollowRedirects() ? HttpClient.Redirect.ALWAYS : HttpClient.Redirect.NEVER)
        .build();
  }

  ByFeign(HttpClient client) {
    api = Feign.builder().client(new Http2Client(client)).target(EmptyTarget.create(Api.class));
  }

  @Override
  public String get(String url) {
    return api.get(URI.create(url));
  }
}
