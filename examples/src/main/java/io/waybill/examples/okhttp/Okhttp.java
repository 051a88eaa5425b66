package io.waybill.examples.okhttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.jdkserver.WaybillHttpServer;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A service on the JDK's server, and a caller of it by OkHttp. Nobody passes the user on. */
public final class Okhttp {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  private Okhttp() {}

  /** Serves two calls. */
  public static void main(String[] args) throws IOException {
    Waybill service =
        Waybill.builder(OpenTelemetry.noop()).carry(USER).peers(peer -> TrustZone.OWN).build();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server
        .createContext("/orders", Okhttp::serve)
        .getFilters()
        .add(0, WaybillHttpServer.filter(service));
    server.start();
    try {
      call("http://127.0.0.1:" + server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  private static void call(String orders) throws IOException {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .destination(orders, TrustZone.OWN)
            .build();
    OkHttpClient client = WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
    Request request = new Request.Builder().url(orders + "/orders").build();
    waybill.request().with(USER, "ada").call(() -> print(client, request));
    waybill.request().with(USER, "ben").call(() -> print(client, request));
  }

  private static int print(OkHttpClient client, Request request) throws IOException {
    try (Response response = client.newCall(request).execute()) {
      System.out.println(response.body().string());
      return response.code();
    }
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String text = "Orders of " + RequestScope.current().get(USER);
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
