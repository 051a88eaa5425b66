package io.waybill.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.LocalField;
import io.waybill.examples.demo.proto.OrdersGrpc;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.CredentialRefusedException;
import io.waybill.sdk.policy.Destination;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Java of {@code sdk/CREDENTIALS.md} compiles, and set-up takes it: it is from here. */
class CredentialsPageTest {
  private final OpenTelemetry openTelemetry = OpenTelemetry.noop();

  record Session(String access, String refresh, Instant expiry) {
    @Override
    public String toString() {
      return "Session[...]"; // records print their components
    }
  }

  static final LocalField<Session> SESSION = LocalField.secret("session");

  private interface Answer {
    boolean isInvalidGrant();

    Session session();
  }

  private interface Token {
    Answer post(String grant, String token) throws IOException;
  }

  private interface Sessions {
    void replace(Session old, Session fresh);
  }

  private static final class OAuth {
    private final Token token;

    OAuth(Token token) {
      this.token = token;
    }

    Session refresh(Session held) throws Exception {
      Answer answer = token.post("refresh_token", held.refresh());
      if (answer.isInvalidGrant()) {
        throw new CredentialRefusedException("invalid_grant");
      }
      return answer.session();
    }
  }

  @Test
  void setUp_isAccepted() throws Exception {
    OAuth oauth =
        new OAuth(
            (grant, token) -> {
              throw new IOException("nobody renews here");
            });
    Sessions sessions = (old, fresh) -> {};
    Waybill waybill =
        Waybill.builder(openTelemetry)
            .keep(SESSION)
            .credential(
                Credential.bearer(SESSION, Session::access)
                    .to("https://api.shop.internal", "grpcs://*.shop.internal:8443")
                    .renew(oauth::refresh)
                    .sharedBy(Session::refresh)
                    .renewed(sessions::replace)
                    .expires(Session::expiry, Duration.ofSeconds(30)))
            .build();
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", 8443).build();

    HttpClient client = WaybillHttpClient.newBuilder(waybill).build();

    var orders =
        WaybillGrpc.wrap(
            OrdersGrpc.newBlockingStub(channel),
            waybill,
            new Destination("grpcs", "orders.shop.internal", 8443));

    assertThat(client).isNotNull();
    assertThat(orders).isNotNull();
    channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
  }
}
