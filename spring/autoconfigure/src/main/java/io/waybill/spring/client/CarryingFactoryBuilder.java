package io.waybill.spring.client;

import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.SimpleClientHttpRequestFactoryBuilder;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Builds what another builder does, with all that the application has said of it, so that it
 * carries the request and decides at each redirect.
 */
final class CarryingFactoryBuilder
    implements ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> {
  private static final Log LOG = LogFactory.getLog(CarryingFactoryBuilder.class);

  private final Below below;
  private final Supplier<Waybill> waybill;

  private CarryingFactoryBuilder(Below below, Supplier<Waybill> waybill) {
    this.below = below;
    this.waybill = waybill;
  }

  /** Builds a factory that follows no redirects, and notes whether it should. */
  private interface Below {
    ClientHttpRequestFactory build(HttpClientSettings settings, AskedRedirects asked);
  }

  /** Returns {@code builder} as it carries; the same if its factories can't be made to. */
  static ClientHttpRequestFactoryBuilder<?> of(
      ClientHttpRequestFactoryBuilder<?> builder, Supplier<Waybill> waybill) {
    if (builder instanceof CarryingFactoryBuilder) {
      return builder;
    }
    if (builder instanceof HttpComponentsClientHttpRequestFactoryBuilder apache) {
      return Apache.carrying(apache, waybill);
    }
    Below below = below(builder);
    if (below == null) {
      LOG.warn(
          "ClientHttpRequestFactoryBuilder: "
              + builder.getClass().getName()
              + ", of which is not known whether its clients follow redirects: Waybill adds nothing"
              + " to what they send (expected: one of Spring Boot's own, or a client that has"
              + " Waybill's adapter)");
      return builder;
    }
    return new CarryingFactoryBuilder(below, waybill);
  }

  @Override
  public ClientHttpRequestFactory build(@Nullable HttpClientSettings settings) {
    HttpClientSettings given = settings == null ? HttpClientSettings.defaults() : settings;
    AskedRedirects asked = new AskedRedirects(RedirectRule.of(given));
    ClientHttpRequestFactory factory = below.build(given, asked);
    return new CarryingRequestFactory(factory, asked.policy(), waybill);
  }

  private static @Nullable Below below(ClientHttpRequestFactoryBuilder<?> builder) {
    if (builder instanceof JdkClientHttpRequestFactoryBuilder jdk) {
      return (settings, asked) -> jdk.withHttpClientCustomizer(asked::takeJdk).build(settings);
    }
    if (builder instanceof SimpleClientHttpRequestFactoryBuilder simple) {
      return (settings, asked) -> simple.build(settings.withRedirects(HttpRedirects.DONT_FOLLOW));
    }
    if (builder instanceof ReactorClientHttpRequestFactoryBuilder reactor) {
      return Reactor.below(reactor);
    }
    if (builder instanceof JettyClientHttpRequestFactoryBuilder jetty) {
      return Jetty.below(jetty);
    }
    return null;
  }

  // Loaded only where their libraries are.

  private static final class Apache {
    static ClientHttpRequestFactoryBuilder<?> carrying(
        HttpComponentsClientHttpRequestFactoryBuilder builder, Supplier<Waybill> waybill) {
      return builder.withHttpClientCustomizer(client -> WaybillApacheHttp.install(client, waybill));
    }
  }

  private static final class Reactor {
    static Below below(ReactorClientHttpRequestFactoryBuilder builder) {
      return (settings, asked) ->
          builder.withHttpClientCustomizer(asked::takeReactor).build(settings);
    }
  }

  private static final class Jetty {
    static Below below(JettyClientHttpRequestFactoryBuilder builder) {
      return (settings, asked) ->
          builder.withHttpClientCustomizer(asked::takeJetty).build(settings);
    }
  }
}
