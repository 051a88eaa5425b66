package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientsProperties.Factory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/** What goes over the wire, and where to, with each of Boot's request factories. */
class RequestFactoryTest {
  private final Shop shop = new Shop();

  @AfterEach
  void stop() {
    shop.close();
  }

  ApplicationContextRunner runner(Factory factory) {
    return shop.set(Imperative.RUNNER)
        .withPropertyValues("spring.http.clients.imperative.factory=" + factory);
  }

  static Stream<Arguments> clients() {
    List<Arguments> all = new ArrayList<>();
    for (Factory factory : Factory.values()) {
      for (Imperative client : Imperative.values()) {
        all.add(Arguments.of(factory, client));
      }
    }
    return all.stream();
  }

  private void get(Factory factory, Imperative client, String path) {
    runner(factory)
        .run(
            context ->
                assertThat(
                        Shop.as(context, "u-1", () -> client.get(context, shop.own.origin(), path)))
                    .isEqualTo("200 fine"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_toAThirdParty_takesNothingAlong(Factory factory, Imperative client) {
    get(factory, client, "/found");

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.other.seen().get(0).lines("traceparent")).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_thereAndBack_isDecidedAtEachHop(Factory factory, Imperative client) {
    get(factory, client, "/round");

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.telemetry.spans(SpanKind.CLIENT)).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_withinOurOwn_carriesOn(Factory factory, Imperative client) {
    get(factory, client, "/within");

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void rejectedCredential_isRenewedOnceAndRepeated(Factory factory, Imperative client) {
    get(factory, client, "/fresh");

    assertThat(Shop.authorizations(shop.own)).containsExactly("Bearer old", "Bearer fresh-1");
    assertThat(shop.renewals).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource
  void redirect_ofAThirdParty_toOurOwn_givesBackWhatIsOurs(Factory factory) {
    runner(factory)
        .run(
            context ->
                Shop.as(
                    context,
                    "u-1",
                    () -> Imperative.REST_CLIENT.get(context, shop.other.origin(), "/back")));

    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
  }

  @ParameterizedTest
  @EnumSource
  void redirect_isTheCallers_whereItIsNotToBeFollowed(Factory factory) {
    runner(factory)
        .withPropertyValues("spring.http.clients.redirects=dont-follow")
        .run(
            context ->
                assertThat(
                        Shop.as(
                            context,
                            "u-1",
                            () -> Imperative.REST_CLIENT.get(context, shop.own.origin(), "/found")))
                    .isEqualTo("302 body of a redirect"));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void body_goesAlongWithARedirectThatKeepsTheMethod(Factory factory) {
    runner(factory).run(context -> assertThat(post(context, "/away", "hello")).isEqualTo("fine"));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.other.seen().get(0).body()).isEqualTo("hello");
    assertThat(shop.other.seen().get(0).method()).isEqualTo("POST");
  }

  @ParameterizedTest
  @EnumSource
  void body_staysHereWithARedirectThatGets(Factory factory) {
    runner(factory).run(context -> assertThat(post(context, "/within", "hello")).isEqualTo("fine"));

    Recorder.Seen end = shop.own.seen().get(1);
    assertThat(end.method()).isEqualTo("GET");
    assertThat(end.body()).isEmpty();
    assertThat(end.lines("content-type")).isEmpty();
  }

  /** Apache's client takes it as what can't be sent twice. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "HTTP_COMPONENTS")
  void body_thatCanBeReadOnce_isSentAgainWholeAfterARejection(Factory factory) {
    InputStreamResource once =
        new InputStreamResource(new ByteArrayInputStream("hello".getBytes())) {
          @Override
          public long contentLength() {
            return -1;
          }
        };
    runner(factory).run(context -> assertThat(post(context, "/fresh", once)).isEqualTo("fine"));

    assertThat(shop.own.seen()).extracting(Recorder.Seen::body).containsExactly("hello", "hello");
  }

  private String post(ApplicationContext context, String path, Object body) {
    RestClient client = context.getBean(RestClient.Builder.class).build();
    return Shop.as(
        context,
        "u-1",
        () ->
            client
                .post()
                .uri(shop.own.origin() + path)
                .contentType(MediaType.TEXT_PLAIN)
                .body(body)
                .retrieve()
                .body(String.class));
  }

  @ParameterizedTest
  @EnumSource
  void redirects_comeToAnEnd(Factory factory) {
    runner(factory)
        .run(
            context -> {
              try {
                assertThat(
                        Shop.as(
                            context,
                            "u-1",
                            () ->
                                Imperative.REST_CLIENT.get(
                                    context, shop.own.origin(), "/for-ever")))
                    .startsWith("302");
              } catch (RuntimeException refused) {
                assertThat(factory).isEqualTo(Factory.HTTP_COMPONENTS);
              }
            });

    assertThat(shop.own.seen()).hasSizeBetween(2, 60);
  }

  @ParameterizedTest
  @EnumSource
  void credentialsOfTheApplication_stayWithTheirOrigin(Factory factory) {
    runner(factory)
        .run(
            context ->
                Shop.as(
                    context,
                    "u-1",
                    () ->
                        context
                            .getBean(RestClient.Builder.class)
                            .build()
                            .method(HttpMethod.GET)
                            .uri(shop.own.origin() + "/round")
                            .header("Cookie", "session=s-1")
                            .header("X-Mine", "mine")
                            .retrieve()
                            .toBodilessEntity()));

    if (factory == Factory.HTTP_COMPONENTS) {
      // By itself it stays where it is, with credentials.
      assertThat(shop.other.seen()).isEmpty();
      return;
    }
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.other.seen().get(0).lines("x-mine")).containsExactly("mine");
    assertThat(shop.own.seen().get(1).lines("cookie")).isEmpty();
  }

  @Test
  void clientsOfTheApplicationsOwn_areNotOurs() {
    runner(Factory.JDK)
        .run(
            context ->
                Shop.as(
                    context,
                    "u-1",
                    () ->
                        RestClient.create()
                            .get()
                            .uri(shop.own.origin() + "/found")
                            .retrieve()
                            .toBodilessEntity()));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.telemetry.spans())
        .extracting(SpanData::getKind)
        .doesNotContain(SpanKind.CLIENT);
  }
}
