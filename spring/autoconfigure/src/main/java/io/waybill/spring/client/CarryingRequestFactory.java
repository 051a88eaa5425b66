package io.waybill.spring.client;

import io.waybill.sdk.Waybill;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractClientHttpRequestFactoryWrapper;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/** Makes requests that carry who calls, over a factory that follows no redirects. */
final class CarryingRequestFactory extends AbstractClientHttpRequestFactoryWrapper
    implements DisposableBean {
  private final Redirect policy;
  private final Supplier<Waybill> waybill;

  CarryingRequestFactory(
      ClientHttpRequestFactory below, Redirect policy, Supplier<Waybill> waybill) {
    super(below);
    this.policy = policy;
    this.waybill = waybill;
  }

  @Override
  protected ClientHttpRequest createRequest(
      URI uri, HttpMethod method, ClientHttpRequestFactory below) {
    return new CarryingRequest(below, policy, waybill, uri, method);
  }

  @Override
  public void destroy() throws Exception {
    ClientHttpRequestFactory below = getDelegate();
    if (below instanceof DisposableBean disposable) {
      disposable.destroy();
    } else if (below instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
