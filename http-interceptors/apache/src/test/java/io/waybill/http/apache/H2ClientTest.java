package io.waybill.http.apache;

import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.H2AsyncClientBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler.ResponseTrigger;
import org.apache.hc.core5.http.nio.entity.DiscardingEntityConsumer;
import org.apache.hc.core5.http.nio.support.AbstractServerExchangeHandler;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.nio.support.BasicResponseProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2ServerBootstrap;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.Test;

class H2ClientTest {
  @Test
  void identity_isReleasedToNamedDestinationOnly() throws Exception {
    Queue<List<String>> seen = new ConcurrentLinkedQueue<>();
    HttpAsyncServer server =
        H2ServerBootstrap.bootstrap()
            .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_2)
            .register("*", () -> new Recording(seen))
            .create();
    server.start();
    try (Telemetry telemetry = new Telemetry()) {
      InetSocketAddress local =
          (InetSocketAddress)
              server
                  .listen(
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), URIScheme.HTTP)
                  .get(30, TimeUnit.SECONDS)
                  .getAddress();
      // The server answers by itself to who calls it by its number.
      String origin = "http://localhost:" + local.getPort();
      Waybill own = telemetry.waybill().destination(origin, TrustZone.OWN).build();
      for (Waybill waybill : List.of(own, telemetry.waybill().build())) {
        try (CloseableHttpAsyncClient client =
            WaybillApacheHttp.install(H2AsyncClientBuilder.create(), waybill).build()) {
          client.start();
          waybill
              .request()
              .with(USER, "u-1")
              .call(
                  () ->
                      client
                          .execute(SimpleRequestBuilder.get(origin + "/").build(), null)
                          .get(30, TimeUnit.SECONDS));
        }
      }
      assertThat(telemetry.spans()).hasSize(2);
    } finally {
      server.close(CloseMode.IMMEDIATE);
    }

    List<List<String>> requests = List.copyOf(seen);
    assertThat(requests.get(0)).anyMatch(line -> line.contains("user.id=u-1"));
    assertThat(requests.get(1).toString()).contains("traceparent").doesNotContain("u-1");
  }

  private static final class Recording
      extends AbstractServerExchangeHandler<Message<HttpRequest, Void>> {
    private final Queue<List<String>> seen;

    Recording(Queue<List<String>> seen) {
      this.seen = seen;
    }

    @Override
    protected AsyncRequestConsumer<Message<HttpRequest, Void>> supplyConsumer(
        HttpRequest request, org.apache.hc.core5.http.EntityDetails details, HttpContext context) {
      return new BasicRequestConsumer<>(new DiscardingEntityConsumer<Void>());
    }

    @Override
    protected void handle(
        Message<HttpRequest, Void> message, ResponseTrigger trigger, HttpContext context)
        throws org.apache.hc.core5.http.HttpException, java.io.IOException {
      seen.add(Stream.of(message.getHead().getHeaders()).map(Header::toString).toList());
      trigger.submitResponse(new BasicResponseProducer(new BasicHttpResponse(200)), context);
    }
  }
}
