package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanKind;
import io.waybill.sdk.Waybill;
import io.waybill.spring.WaybillAutoConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientsProperties.Connector;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;
import reactor.core.publisher.Mono;

/** WebClient as Boot sets it up, over each of its connectors. */
class WebClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Shop shop = new Shop();

  @AfterEach
  void stop() {
    shop.close();
  }

  interface Orders {
    @GetExchange
    Mono<ResponseEntity<String>> get(URI uri);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportHttpServices(group = "shop", types = Orders.class, clientType = ClientType.WEB_CLIENT)
  static class Services {}

  /** How the application calls. */
  enum By {
    WEB_CLIENT {
      @Override
      Mono<String> get(ApplicationContext context, URI uri) {
        return context
            .getBean(WebClient.Builder.class)
            .build()
            .get()
            .uri(uri)
            .exchangeToMono(WebClientTest::text);
      }
    },
    HTTP_EXCHANGE {
      @Override
      Mono<String> get(ApplicationContext context, URI uri) {
        return context
            .getBean(Orders.class)
            .get(uri)
            .map(answer -> answer.getStatusCode().value() + " " + answer.getBody());
      }
    };

    abstract Mono<String> get(ApplicationContext context, URI uri);
  }

  private static Mono<String> text(ClientResponse response) {
    return response
        .bodyToMono(String.class)
        .defaultIfEmpty("")
        .map(text -> response.statusCode().value() + " " + text);
  }

  static Stream<Arguments> clients() {
    List<Arguments> all = new ArrayList<>();
    for (Connector connector : CONNECTORS) {
      for (By by : By.values()) {
        all.add(Arguments.of(connector, by));
      }
    }
    return all.stream();
  }

  private static final Connector[] CONNECTORS = Connector.values();

  private ApplicationContextRunner runner(Connector connector) {
    return runner(connector, NettyOfTests.SHARED);
  }

  private ApplicationContextRunner runner(Connector connector, ReactorResourceFactory netty) {
    return shop.set(
            new ApplicationContextRunner()
                .withUserConfiguration(Services.class)
                .withConfiguration(
                    AutoConfigurations.of(
                        WaybillAutoConfiguration.class,
                        io.waybill.spring.client.WebClientAutoConfiguration.class,
                        HttpClientAutoConfiguration.class,
                        HttpServiceClientPropertiesAutoConfiguration.class,
                        ReactiveHttpClientAutoConfiguration.class,
                        WebClientAutoConfiguration.class,
                        ReactiveHttpServiceClientAutoConfiguration.class)))
        .withBean(ReactorResourceFactory.class, () -> netty)
        .withPropertyValues("spring.http.clients.reactive.connector=" + connector);
  }

  private String get(ApplicationContext context, By by, String uri) {
    return Shop.as(context, "u-1", () -> by.get(context, URI.create(uri)).block(PATIENCE));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_toAThirdParty_takesNothingAlong(Connector connector, By by) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, by, shop.own.origin() + "/found")).isEqualTo("200 fine"));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.other.seen().get(0).lines("traceparent")).hasSize(1);
  }

  /** Apache's client follows what has no credential more readily. */
  @ParameterizedTest
  @MethodSource("clients")
  void redirect_ofACallWithoutCredential_takesNothingAlong(Connector connector, By by) {
    URI found = URI.create(shop.own.origin() + "/found");
    runner(connector)
        .run(
            context ->
                context
                    .getBean(Waybill.class)
                    .request()
                    .with(Shop.USER, "u-1")
                    .call(() -> by.get(context, found).block(PATIENCE)));

    assertThat(shop.own.seen().get(0).lines("baggage").get(0)).contains("user.id=u-1");
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_thereAndBack_isDecidedAtEachHop(Connector connector, By by) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, by, shop.own.origin() + "/round")).isEqualTo("200 fine"));

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.telemetry.spans(SpanKind.CLIENT)).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_ofAThirdParty_toOurOwn_givesBackWhatIsOurs(Connector connector, By by) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, by, shop.other.origin() + "/back")).isEqualTo("200 fine"));

    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_withinOurOwn_carriesOn(Connector connector, By by) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, by, shop.own.origin() + "/within")).isEqualTo("200 fine"));

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_isTheCallers_whereItIsNotToBeFollowed(Connector connector, By by) {
    runner(connector)
        .withPropertyValues("spring.http.clients.redirects=dont-follow")
        .run(
            context ->
                assertThat(get(context, by, shop.own.origin() + "/found"))
                    .isEqualTo("302 body of a redirect"));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void rejectedCredential_isRenewedOnceAndRepeated(Connector connector, By by) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, by, shop.own.origin() + "/fresh")).isEqualTo("200 fine"));

    assertThat(Shop.authorizations(shop.own)).containsExactly("Bearer old", "Bearer fresh-1");
  }

  /** Nobody waits for the body of an answer that is not the last, and it is read all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"/within?long", "/again?long", "/fresh?long"})
  void answer_thatIsNotTheLast_leavesItsConnectionFree(String path) {
    runner(Connector.REACTOR, NettyOfTests.ONE_CONNECTION)
        .run(
            context ->
                assertThat(get(context, By.WEB_CLIENT, shop.own.origin() + path))
                    .isEqualTo("200 fine"));

    assertThat(shop.own.seen()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void body_goesAlongWithARedirectThatKeepsTheMethod(Connector connector) {
    runner(connector)
        .run(context -> assertThat(post(context, "/away").block(PATIENCE)).isEqualTo("200 fine"));

    assertThat(shop.other.seen().get(0).body()).isEqualTo("hello");
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @ParameterizedTest
  @EnumSource
  void body_staysHereWithARedirectThatGets(Connector connector) {
    runner(connector)
        .run(context -> assertThat(post(context, "/within").block(PATIENCE)).isEqualTo("200 fine"));

    Recorder.Seen end = shop.own.seen().get(1);
    assertThat(end.method()).isEqualTo("GET");
    assertThat(end.body()).isEmpty();
    assertThat(end.lines("content-type")).isEmpty();
    assertThat(end.lines("cookie")).hasSize(1);
  }

  /** Cookies and the like stay with their origin. */
  private Mono<String> post(ApplicationContext context, String path) {
    return Shop.as(
        context,
        "u-1",
        () ->
            Mono.just(
                context
                    .getBean(WebClient.Builder.class)
                    .build()
                    .post()
                    .uri(shop.own.origin() + path)
                    .cookie("session", "s-1")
                    .bodyValue("hello")
                    .exchangeToMono(WebClientTest::text)
                    .block(PATIENCE)));
  }

  @ParameterizedTest
  @EnumSource
  void redirects_comeToAnEnd(Connector connector) {
    runner(connector)
        .run(
            context ->
                assertThat(get(context, By.WEB_CLIENT, shop.own.origin() + "/for-ever"))
                    .startsWith("302"));

    assertThat(shop.own.seen()).hasSize(RedirectRule.MOST_REQUESTS);
  }

  @Test
  void client_thatIsToldToFollow_isFollowedForAboveIt() {
    runner(Connector.REACTOR)
        .withBean(
            ClientHttpConnectorBuilder.class,
            () ->
                ClientHttpConnectorBuilder.reactor()
                    .withHttpClientCustomizer(client -> client.followRedirect(true)))
        .run(
            context ->
                assertThat(get(context, By.WEB_CLIENT, shop.own.origin() + "/round"))
                    .isEqualTo("200 fine"));

    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void connector_thatNobodyKnows_sendsNothing() {
    runner(Connector.REACTOR)
        .withBean(ClientHttpConnector.class, JdkClientHttpConnector::new)
        .run(
            context ->
                assertThatThrownBy(() -> get(context, By.WEB_CLIENT, shop.own.origin() + "/found"))
                    .hasMessageContaining("connector: does not say whether it follows redirects"));

    assertThat(shop.own.seen()).isEmpty();
  }

  @Test
  void clientsOfTheApplicationsOwn_areNotOurs() {
    runner(Connector.REACTOR)
        .run(
            context ->
                Shop.as(
                    context,
                    "u-1",
                    () ->
                        WebClient.create(shop.own.origin() + "/found")
                            .get()
                            .exchangeToMono(WebClientTest::text)
                            .block(PATIENCE)));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }
}
