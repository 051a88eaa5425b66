package io.waybill.http.webflux;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.server.WebFilter;
import reactor.util.context.ContextView;

/**
 * Opens a request for each that a WebFlux server gets, and makes {@code WebClient}s that carry it
 * to other services.
 *
 * <pre>{@code
 * @Bean WebFilter waybill(Waybill waybill) {
 *   return WaybillWebFlux.serverFilter(waybill);
 * }
 *
 * WebClient client = WebClient.builder().filter(WaybillWebFlux.clientFilter(waybill)).build();
 * }</pre>
 *
 * <p>The request goes along in Reactor's context, under {@link #CONTEXT_KEY}; nothing is current on
 * the threads of a pipeline, which serve many requests. An operator reads it by {@link #scope};
 * with {@code waybill-context-propagation} and {@code Hooks.enableAutomaticContextPropagation()} it
 * is {@link RequestScope#current()} too.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class WaybillWebFlux {
  /**
   * Where Reactor's context has the OpenTelemetry {@link Context}: the key that {@code
   * waybill-context-propagation} has, so that either finds what the other wrote.
   */
  public static final String CONTEXT_KEY = "io.opentelemetry.context.Context";

  private WaybillWebFlux() {}

  /**
   * Returns a filter that receives each request, with a SERVER span, and ends it once it is
   * answered, has failed, or its client is gone. It is ordered in front of all that authenticate,
   * which then {@code identify} the request.
   *
   * <p>The response gets the request's id as {@code x-request-id}, if that is made of the
   * characters that W3C Baggage allows in a value; never any other field.
   *
   * <p><b>Shape.</b> A {@code WebExceptionHandler} is in front of every filter: what it makes of an
   * error comes after the end, and the span shows the status that Spring answers by itself. Rules
   * of addresses see the connection's, whatever a {@code Forwarded} header says; under other
   * servers than Reactor Netty they see none where Spring has read one.
   *
   * <p>Spring's observation of the request is in front of it, too. If that has a span, as with
   * Micrometer Tracing, it is the request's, and there is no other.
   */
  public static WebFilter serverFilter(Waybill waybill) {
    return new ServerFilter(requireNonNull(waybill, "waybill"));
  }

  /**
   * Returns a filter for {@code WebClient.Builder.filter}. A call is of the request in Reactor's
   * context; where that has none, of the one that is current where the call is subscribed to.
   *
   * <p>Each call gets what the policy releases to the scheme, host and port of its address, and a
   * CLIENT span. One that is subscribed to again is another. Where a filter behind this one changes
   * the address, as a load balancer does, the headers are decided again for the address that is
   * really asked.
   *
   * <p><b>Shape.</b> The connector must not follow redirects: a filter does not see where they
   * lead, and what was released would go there. Reactor Netty can be asked. Of another connector it
   * can't be seen, and most follow by themselves or by Boot's default: make it by {@link
   * #connector} or name it {@link #trusted}. Over any other a call fails with an {@code
   * IllegalStateException}, and nothing is sent. After a rejection of a credential a body is sent
   * again if it was kept, up to the credential's {@code replayLimit}; a stream that is flushed part
   * by part is not.
   */
  public static ExchangeFilterFunction clientFilter(Waybill waybill) {
    return new ClientFilter(requireNonNull(waybill, "waybill"));
  }

  /**
   * Returns the connector for a client of the JDK's, under {@link #clientFilter}.
   *
   * @throws IllegalArgumentException if {@code client} follows redirects
   */
  public static ClientHttpConnector connector(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException(
          "client: follows redirects "
              + client.followRedirects()
              + " (expected: NEVER, or a WaybillHttpClient in trusted(connector))");
    }
    return trusted(new JdkClientHttpConnector(client));
  }

  /**
   * Returns {@code connector}, of which the application says that it takes what is written for one
   * address to no other: it follows no redirects, or it decides again for each, as Spring's over a
   * {@code WaybillHttpClient} or over a client of {@code WaybillApacheHttp} does. Nothing checks
   * it.
   */
  public static ClientHttpConnector trusted(ClientHttpConnector connector) {
    return new TrustedConnector(requireNonNull(connector, "connector"));
  }

  /**
   * Returns the request that {@code view}, Reactor's context, is of.
   *
   * @throws IllegalStateException if it is of none
   */
  public static RequestScope scope(ContextView view) {
    RequestScope scope = scopeOrNull(view);
    if (scope == null) {
      throw new IllegalStateException(
          "no request is in Reactor's context (expected: one of serverFilter, or a Context under"
              + " CONTEXT_KEY; where there may be none, scopeOrNull)");
    }
    return scope;
  }

  /** Returns the request that {@code view}, Reactor's context, is of; null if it is of none. */
  public static @Nullable RequestScope scopeOrNull(ContextView view) {
    Context context = contextOrNull(view);
    return context == null ? null : RequestScope.fromContextOrNull(context);
  }

  static @Nullable Context contextOrNull(ContextView view) {
    return view.getOrDefault(CONTEXT_KEY, null) instanceof Context context ? context : null;
  }

  /** Returns the Context of who has subscribed. */
  static Context contextOf(ContextView view) {
    Context carried = contextOrNull(view);
    return carried == null ? Context.current() : carried;
  }
}
