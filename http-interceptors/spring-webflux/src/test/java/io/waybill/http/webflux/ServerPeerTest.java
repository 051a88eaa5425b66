package io.waybill.http.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;

/** Under a server that can't be asked for its connection's address. */
class ServerPeerTest {
  private static final InetSocketAddress CONNECTED = new InetSocketAddress("127.0.0.1", 1);
  private static final InetSocketAddress SAID = new InetSocketAddress("10.0.0.1", 1);

  private static final class OtherServersRequest extends AbstractServerHttpRequest {
    OtherServersRequest() {
      super(HttpMethod.GET, URI.create("http://127.0.0.1/"), "", new HttpHeaders());
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
      return CONNECTED;
    }

    @Override
    protected MultiValueMap<String, HttpCookie> initCookies() {
      return new LinkedMultiValueMap<>();
    }

    @Override
    protected SslInfo initSslInfo() {
      return null;
    }

    @Override
    @SuppressWarnings("unchecked") // Spring's own signature
    public <T> T getNativeRequest() {
      return (T) "another server's";
    }

    @Override
    public Flux<DataBuffer> getBody() {
      return Flux.empty();
    }
  }

  @Test
  void address_isTheServers() {
    assertThat(ServerPeer.of(new OtherServersRequest()).remote()).isEqualTo(CONNECTED);
    assertThat(ServerPeer.of(new ServerHttpRequestDecorator(new OtherServersRequest())).remote())
        .isEqualTo(CONNECTED);
  }

  /** As by ForwardedHeaderTransformer. */
  @Test
  void address_ofAChangedRequest_isNobodys() {
    ServerHttpRequest changed = new OtherServersRequest().mutate().remoteAddress(SAID).build();

    assertThat(ServerPeer.of(changed).remote()).isNull();
    assertThat(ServerPeer.of(new ServerHttpRequestDecorator(changed)).remote()).isNull();
  }
}
