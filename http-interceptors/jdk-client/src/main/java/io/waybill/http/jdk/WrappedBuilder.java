package io.waybill.http.jdk;

import io.waybill.sdk.Waybill;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Passes every setting on, but the one for redirects: the client below must not follow them. */
final class WrappedBuilder implements HttpClient.Builder {
  private static final @Nullable MethodHandle LOCAL_ADDRESS =
      NewerJdk.find(
          HttpClient.Builder.class,
          "localAddress",
          MethodType.methodType(HttpClient.Builder.class, InetAddress.class));

  private final Waybill waybill;
  private final HttpClient.Builder delegate;
  private Redirect redirect = Redirect.NEVER;

  WrappedBuilder(Waybill waybill, HttpClient.Builder delegate) {
    this.waybill = waybill;
    this.delegate = delegate;
  }

  @Override
  public HttpClient.Builder cookieHandler(CookieHandler cookieHandler) {
    delegate.cookieHandler(cookieHandler);
    return this;
  }

  @Override
  public HttpClient.Builder connectTimeout(Duration duration) {
    delegate.connectTimeout(duration);
    return this;
  }

  @Override
  public HttpClient.Builder sslContext(SSLContext sslContext) {
    delegate.sslContext(sslContext);
    return this;
  }

  @Override
  public HttpClient.Builder sslParameters(SSLParameters sslParameters) {
    delegate.sslParameters(sslParameters);
    return this;
  }

  @Override
  public HttpClient.Builder executor(Executor executor) {
    delegate.executor(executor);
    return this;
  }

  @Override
  public HttpClient.Builder followRedirects(Redirect policy) {
    redirect = Objects.requireNonNull(policy, "policy");
    return this;
  }

  @Override
  public HttpClient.Builder version(Version version) {
    delegate.version(version);
    return this;
  }

  @Override
  public HttpClient.Builder priority(int priority) {
    delegate.priority(priority);
    return this;
  }

  @Override
  public HttpClient.Builder proxy(ProxySelector proxySelector) {
    delegate.proxy(proxySelector);
    return this;
  }

  @Override
  public HttpClient.Builder authenticator(Authenticator authenticator) {
    delegate.authenticator(authenticator);
    return this;
  }

  /** Overrides from JDK 19 on, where the inherited one throws. */
  public HttpClient.Builder localAddress(@Nullable InetAddress localAddress) {
    NewerJdk.call(LOCAL_ADDRESS, delegate, localAddress);
    return this;
  }

  @Override
  public HttpClient build() {
    HttpClient client = delegate.followRedirects(Redirect.NEVER).build();
    return new WrappedHttpClient(waybill, client, new Redirects(redirect));
  }
}
