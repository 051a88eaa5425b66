package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.LocalField;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.spring.WaybillAutoConfiguration;
import java.net.http.HttpClient.Redirect;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** What the application says of its request factories still counts. */
@ExtendWith(OutputCaptureExtension.class)
class RequestFactorySetUpTest {
  private static final String FACTORY = "spring.http.clients.imperative.factory=";

  private final Shop shop = new Shop();

  @AfterEach
  void stop() {
    shop.close();
  }

  private String get(ApplicationContext context, String path) {
    return Shop.as(
        context, "u-1", () -> Imperative.REST_CLIENT.get(context, shop.own.origin(), path));
  }

  private void assertNothingFollowed() {
    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasRequest);
    assertThat(shop.other.seen()).isEmpty();
  }

  @Test
  void off_isOff() {
    shop.set(Imperative.RUNNER)
        .withPropertyValues("waybill.enabled=false", FACTORY + "jdk")
        .run(
            context ->
                assertThat(context.getBean(ClientHttpRequestFactoryBuilder.class))
                    .isInstanceOf(JdkClientHttpRequestFactoryBuilder.class));
  }

  @Test
  void libraries_thatAreNotThere_areNotNeeded() {
    shop.set(Imperative.RUNNER)
        .withClassLoader(
            new FilteredClassLoader(
                "org.eclipse.jetty.client", "reactor.netty", "org.apache.hc", "io.micrometer"))
        .run(
            context ->
                assertThat(context.getBean(ClientHttpRequestFactory.class))
                    .isInstanceOf(CarryingRequestFactory.class));
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnBuilder {
    final AtomicInteger calls = new AtomicInteger();

    @Bean
    JdkClientHttpRequestFactoryBuilder own() {
      return ClientHttpRequestFactoryBuilder.jdk()
          .withExecutor(
              task -> {
                calls.incrementAndGet();
                new Thread(task).start();
              })
          .withCustomizer(factory -> factory.setReadTimeout(Duration.ofSeconds(30)));
    }
  }

  @Test
  void builder_ofTheApplication_carries_withWhatItSays() {
    shop.set(Imperative.RUNNER)
        .withUserConfiguration(OwnBuilder.class)
        .run(
            context -> {
              assertThat(get(context, "/round")).isEqualTo("200 fine");
              assertThat(context.getBean(OwnBuilder.class).calls).hasPositiveValue();
            });

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void client_thatIsToldToStay_stays() {
    shop.set(Imperative.RUNNER)
        .withBean(
            ClientHttpRequestFactoryBuilder.class,
            () ->
                ClientHttpRequestFactoryBuilder.jdk()
                    .withHttpClientCustomizer(client -> client.followRedirects(Redirect.NEVER)))
        .run(context -> assertThat(get(context, "/found")).startsWith("302"));

    assertNothingFollowed();
  }

  interface ReactorCustomizer
      extends ClientHttpRequestFactoryBuilderCustomizer<ReactorClientHttpRequestFactoryBuilder> {}

  @Test
  void client_thatIsToldToFollow_isFollowedForAboveIt() {
    shop.set(Imperative.RUNNER)
        .withPropertyValues(FACTORY + "reactor", "spring.http.clients.redirects=dont-follow")
        .withBean(
            ReactorCustomizer.class,
            () ->
                builder -> builder.withHttpClientCustomizer(client -> client.followRedirect(true)))
        .run(context -> assertThat(get(context, "/round")).isEqualTo("200 fine"));

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void jetty_thatIsToldToFollow_isFollowedForAboveIt() {
    shop.set(Imperative.RUNNER)
        .withBean(
            ClientHttpRequestFactoryBuilder.class,
            () ->
                ClientHttpRequestFactoryBuilder.jetty()
                    .withHttpClientCustomizer(client -> client.setFollowRedirects(true)))
        .run(context -> assertThat(get(context, "/round")).isEqualTo("200 fine"));

    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void builder_ofAnotherKind_carriesNothing_andIsNamedOnce(CapturedOutput output) {
    shop.set(Imperative.RUNNER)
        .withBean(
            ClientHttpRequestFactoryBuilder.class,
            () -> ClientHttpRequestFactoryBuilder.of(SimpleClientHttpRequestFactory::new))
        .run(
            context -> {
              get(context, "/found");
              get(context, "/found");
            });

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasNothing);
    assertThat(shop.other.seen()).hasSize(2).allSatisfy(Shop::assertHasNothing);
    assertThat(output.getAll())
        .containsOnlyOnce("of which is not known whether its clients follow redirects");
  }

  @Test
  void address_thatIsNone_isNotFollowed() {
    shop.set(Imperative.RUNNER)
        .withPropertyValues(FACTORY + "simple")
        .run(context -> assertThat(get(context, "/nowhere")).startsWith("302"));

    assertNothingFollowed();
  }

  @Configuration(proxyBeanMethods = false)
  static class RenewsByItself {
    static final LocalField<String> TOKEN = LocalField.secret("token");

    /** Its Waybill has this credential, and it is renewed by a client that has that Waybill. */
    @Bean
    Credential<String> token(RestClient.Builder builder) {
      RestClient client = builder.build();
      return Credential.bearer(TOKEN, (String token) -> token)
          .to("http://127.0.0.1:1")
          .plaintext()
          .renew(old -> client.get().uri("http://127.0.0.1:1").retrieve().body(String.class));
    }

    @Bean
    LocalField<String> tokenField() {
      return TOKEN;
    }
  }

  @Test
  void credential_mayBeRenewedByAClient() {
    for (String factory : new String[] {"jdk", "http-components"}) {
      Imperative.RUNNER
          .withUserConfiguration(RenewsByItself.class)
          .withPropertyValues(FACTORY + factory)
          .run(context -> assertThat(context).hasSingleBean(Waybill.class));
    }
  }

  @Test
  void reactiveApplication_carriesToo() {
    shop.set(
            new ReactiveWebApplicationContextRunner()
                .withConfiguration(
                    AutoConfigurations.of(
                        WaybillAutoConfiguration.class,
                        RequestFactoryAutoConfiguration.class,
                        HttpClientAutoConfiguration.class,
                        ImperativeHttpClientAutoConfiguration.class,
                        RestClientAutoConfiguration.class)))
        .run(context -> assertThat(get(context, "/round")).isEqualTo("200 fine"));

    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void factory_thatACustomizerPuts_isNotOurs() {
    shop.set(Imperative.RUNNER)
        .withBean(
            RestClientCustomizer.class,
            () -> builder -> builder.requestFactory(new SimpleClientHttpRequestFactory()))
        .run(context -> get(context, "/found"));

    assertThat(shop.own.seen()).singleElement().satisfies(Shop::assertHasNothing);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }

  @Test
  void beans_ofApacheClients_haveOurInterceptorsOnce() {
    AtomicInteger built = new AtomicInteger();
    Consumer<HttpClientBuilder> counting = client -> built.incrementAndGet();
    shop.set(Imperative.RUNNER)
        .withBean(
            ClientHttpRequestFactoryBuilder.class,
            () ->
                ClientHttpRequestFactoryBuilder.httpComponents().withHttpClientCustomizer(counting))
        .run(context -> assertThat(get(context, "/round")).isEqualTo("200 fine"));

    assertThat(built).hasPositiveValue();
    assertThat(shop.own.seen()).hasSize(2).allSatisfy(Shop::assertHasRequest);
    assertThat(shop.other.seen()).singleElement().satisfies(Shop::assertHasNothing);
  }
}
