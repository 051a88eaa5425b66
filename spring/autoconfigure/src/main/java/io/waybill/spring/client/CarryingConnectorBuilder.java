package io.waybill.spring.client;

import io.waybill.http.webflux.WaybillWebFlux;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.http.client.reactive.ClientHttpConnector;

/**
 * Builds what another builder does, with all that the application has said of it, but keeping to
 * the address that is asked for: {@link RedirectFilter} follows.
 */
final class CarryingConnectorBuilder implements ClientHttpConnectorBuilder<ClientHttpConnector> {
  private static final Log LOG = LogFactory.getLog(CarryingConnectorBuilder.class);

  private final Below below;

  private CarryingConnectorBuilder(Below below) {
    this.below = below;
  }

  /** Builds a connector that follows no redirects, and notes whether it should. */
  private interface Below {
    ClientHttpConnector build(HttpClientSettings settings, AskedRedirects asked);
  }

  /** Returns {@code builder} as it keeps to an address; the same if it can't be made to. */
  static ClientHttpConnectorBuilder<?> of(ClientHttpConnectorBuilder<?> builder) {
    if (builder instanceof CarryingConnectorBuilder) {
      return builder;
    }
    Below below = below(builder);
    if (below == null) {
      LOG.warn(
          "ClientHttpConnectorBuilder: "
              + builder.getClass().getName()
              + ", of which is not known whether its clients follow redirects: a WebClient over it"
              + " refuses to send (expected: one of Spring Boot's own, or connectors of"
              + " WaybillWebFlux.trusted)");
      return builder;
    }
    return new CarryingConnectorBuilder(below);
  }

  @Override
  public ClientHttpConnector build(@Nullable HttpClientSettings settings) {
    HttpClientSettings given = settings == null ? HttpClientSettings.defaults() : settings;
    AskedRedirects asked = new AskedRedirects(RedirectRule.of(given));
    ClientHttpConnector connector = below.build(given, asked);
    return new AskedConnector(connector, asked.policy());
  }

  private static @Nullable Below below(ClientHttpConnectorBuilder<?> builder) {
    if (builder instanceof ReactorClientHttpConnectorBuilder reactor) {
      return Reactor.below(reactor);
    }
    if (builder instanceof JdkClientHttpConnectorBuilder jdk) {
      return (settings, asked) ->
          WaybillWebFlux.trusted(jdk.withHttpClientCustomizer(asked::takeJdk).build(settings));
    }
    if (builder instanceof JettyClientHttpConnectorBuilder jetty) {
      return Jetty.below(jetty);
    }
    if (builder instanceof HttpComponentsClientHttpConnectorBuilder apache) {
      return Apache.below(apache);
    }
    return null;
  }

  // Loaded only where their libraries are.

  private static final class Reactor {
    /** Its requests say by themselves that they are not redirected. */
    static Below below(ReactorClientHttpConnectorBuilder builder) {
      return (settings, asked) ->
          builder.withHttpClientCustomizer(asked::takeReactor).build(settings);
    }
  }

  private static final class Jetty {
    static Below below(JettyClientHttpConnectorBuilder builder) {
      return (settings, asked) ->
          WaybillWebFlux.trusted(
              builder.withHttpClientCustomizer(asked::takeJetty).build(settings));
    }
  }

  private static final class Apache {
    static Below below(HttpComponentsClientHttpConnectorBuilder builder) {
      return (settings, asked) ->
          WaybillWebFlux.trusted(
              builder
                  .withHttpClientCustomizer(HttpAsyncClientBuilder::disableRedirectHandling)
                  .build(settings));
    }
  }
}
