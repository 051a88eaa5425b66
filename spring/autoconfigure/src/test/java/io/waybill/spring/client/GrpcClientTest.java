package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettySslContextChannelCredentials;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.opentelemetry.api.trace.SpanKind;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.testing.TestPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcChannelFactoryCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.ChannelCredentialsProvider;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.client.ImportGrpcClients;
import org.springframework.grpc.client.NettyGrpcChannelFactory;

/** The stubs of Spring gRPC, over sockets. */
@ExtendWith(OutputCaptureExtension.class)
class GrpcClientTest {
  private static final TestPeer PEER = TestPeer.named("ip:127.0.0.1", "dns:localhost");

  private final Shop shop = new Shop();
  private final Health plain = new Health(null);
  private final Health secure = new Health(PEER);

  @AfterEach
  void stop() {
    plain.close();
    secure.close();
    shop.close();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportGrpcClients(target = "shop", types = HealthGrpc.HealthBlockingStub.class)
  static class Stubs {}

  private ApplicationContextRunner runner(Health server, String... destinations) {
    ApplicationContextRunner runner =
        shop.set(
                new ApplicationContextRunner()
                    .withUserConfiguration(Stubs.class)
                    .withConfiguration(
                        AutoConfigurations.of(
                            WaybillAutoConfiguration.class,
                            GrpcClientAutoConfiguration.class,
                            SslAutoConfiguration.class,
                            org.springframework.boot.grpc.client.autoconfigure
                                .GrpcClientAutoConfiguration.class,
                            CompositeChannelFactoryAutoConfiguration.class)))
            .withPropertyValues(
                "spring.grpc.client.channel.shop.target=static://" + server.authority());
    for (int i = 0; i < destinations.length; i++) {
      runner =
          runner.withPropertyValues(
              "waybill.destinations[" + (i + 1) + "].url=" + destinations[i],
              "waybill.destinations[" + (i + 1) + "].zone=own");
    }
    return runner;
  }

  private static void check(ApplicationContext context) {
    Shop.as(
        context,
        "u-1",
        () -> {
          Health.check(context.getBean(HealthGrpc.HealthBlockingStub.class));
          return 0;
        });
  }

  private static void assertCarried(Health server) {
    assertThat(server.lines("baggage")).singleElement().asString().contains("user.id=u-1");
    assertThat(server.lines("traceparent")).hasSize(1);
  }

  private static void assertNotCarried(Health server) {
    assertThat(server.calls()).isEqualTo(1);
    assertThat(server.lines("baggage")).isEmpty();
    assertThat(server.lines("traceparent")).hasSize(1);
  }

  @Test
  void stub_carriesToItsTarget() {
    runner(plain, "grpc://" + plain.authority()).run(GrpcClientTest::check);

    assertCarried(plain);
    assertThat(shop.telemetry.spans(SpanKind.CLIENT)).hasSize(1);
  }

  @Test
  void channel_toNobodyNamed_carriesNothing() {
    runner(plain, "grpc://other.internal:443").run(GrpcClientTest::check);

    assertNotCarried(plain);
  }

  @Test
  void plaintext_isNotWhatARuleOfTlsNames() {
    runner(plain, "grpcs://" + plain.authority()).run(GrpcClientTest::check);

    assertNotCarried(plain);
  }

  private static final String[] TLS = {
    "spring.grpc.client.channel.shop.ssl.enabled=true",
    "spring.grpc.client.channel.shop.bypass-certificate-validation=true"
  };

  @Test
  void tls_byProperties_isTheRuleOfTls() {
    runner(secure, "grpcs://" + secure.authority())
        .withPropertyValues(TLS)
        .run(GrpcClientTest::check);

    assertCarried(secure);
  }

  @Test
  void tls_isNotWhatARuleOfPlaintextNames() {
    runner(secure, "grpc://" + secure.authority())
        .withPropertyValues(TLS)
        .run(GrpcClientTest::check);

    assertNotCarried(secure);
  }

  @Test
  void tls_byCredentialsOfTheApplication_isTheRuleOfTls() {
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder().trustManager(PEER.trustManagers()).build();
    runner(secure, "grpcs://" + secure.authority())
        .withBean(ChannelCredentialsProvider.class, () -> target -> credentials)
        .run(GrpcClientTest::check);

    assertCarried(secure);
  }

  @Test
  void credentials_thatNobodyKnows_countAsPlaintext(CapturedOutput output) throws Exception {
    ChannelCredentials credentials =
        NettySslContextChannelCredentials.create(
            GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build());
    runner(secure, "grpcs://" + secure.authority())
        .withBean(ChannelCredentialsProvider.class, () -> target -> credentials)
        .run(
            context -> {
              check(context);
              context.getBean(GrpcChannelFactory.class).createChannel("shop").shutdownNow();
            });

    assertNotCarried(secure);
    assertThat(output.getAll()).containsOnlyOnce("of which is not known whether they encrypt");
  }

  /** What a factory is given in code it does not tell: TLS of the properties may be gone. */
  @Test
  void credentials_thatAFactoryIsGivenInCode_countAsPlaintext(CapturedOutput output) {
    runner(plain, "grpcs://" + plain.authority())
        .withPropertyValues(TLS)
        .withBean(
            GrpcChannelFactoryCustomizer.class,
            () ->
                factory ->
                    ((NettyGrpcChannelFactory) factory)
                        .setCredentialsProvider(target -> InsecureChannelCredentials.create()))
        .run(GrpcClientTest::check);

    assertNotCarried(plain);
    assertThat(output.getAll()).containsOnlyOnce("a GrpcChannelFactoryCustomizer may have set");
  }

  @Configuration(proxyBeanMethods = false)
  static class Overriding {
    @Bean
    <T extends ManagedChannelBuilder<T>> GrpcChannelBuilderCustomizer<T> authority() {
      return (target, builder) -> builder.overrideAuthority("localhost:443");
    }
  }

  @Test
  void authority_thatIsOverridden_isTheDestination() {
    runner(secure, "grpcs://localhost")
        .withUserConfiguration(Overriding.class)
        .withPropertyValues(TLS)
        .run(GrpcClientTest::check);

    assertCarried(secure);
  }

  @Test
  void authority_thatIsOverridden_leavesTheAddressWithoutAnything() {
    runner(secure, "grpcs://" + secure.authority())
        .withUserConfiguration(Overriding.class)
        .withPropertyValues(TLS)
        .run(GrpcClientTest::check);

    assertNotCarried(secure);
  }

  @Test
  void authority_ofOneCall_isNotTheChannels() {
    runner(secure, "grpcs://" + secure.authority(), "grpcs://localhost")
        .withPropertyValues(TLS)
        .run(
            context ->
                Shop.as(
                    context,
                    "u-1",
                    () -> {
                      HealthGrpc.HealthBlockingStub stub =
                          context.getBean(HealthGrpc.HealthBlockingStub.class);
                      Health.check(
                          HealthGrpc.newBlockingStub(stub.getChannel())
                              .withInterceptors(new Asking("localhost:443")));
                      return 0;
                    }));

    assertNotCarried(secure);
  }

  private record Asking(String authority) implements io.grpc.ClientInterceptor {
    @Override
    public <Q, A> io.grpc.ClientCall<Q, A> interceptCall(
        io.grpc.MethodDescriptor<Q, A> method, io.grpc.CallOptions options, io.grpc.Channel next) {
      return next.newCall(method, options.withAuthority(authority));
    }
  }

  @Test
  void off_isOff() {
    runner(plain, "grpc://" + plain.authority())
        .withPropertyValues("waybill.enabled=false")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean("waybillChannelCustomizer");
              Health.check(context.getBean(HealthGrpc.HealthBlockingStub.class));
            });

    assertThat(plain.lines("baggage")).isEmpty();
  }
}
