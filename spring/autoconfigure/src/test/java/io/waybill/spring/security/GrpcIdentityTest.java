package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.waybill.RequestScope;
import io.waybill.spring.Spans;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.grpc.server.security.AuthenticationProcessInterceptor;
import org.springframework.grpc.server.security.GrpcSecurity;
import org.springframework.security.config.Customizer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Who calls are from in a server of Spring gRPC with its security. */
class GrpcIdentityTest {
  private ConfigurableApplicationContext application;
  private ManagedChannel channel;

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName("shop.Who/" + name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Who.class, Spans.class})
  static class Server {
    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(
          User.withUsername("ada").password("{noop}pw-ada").roles("USER").build());
    }

    @Bean
    @GlobalServerInterceptor
    AuthenticationProcessInterceptor security(GrpcSecurity grpc) throws Exception {
      return grpc.authorizeRequests(
              rules ->
                  rules
                      .methods("shop.Who/open")
                      .permitAll()
                      .methods("shop.Who/admin")
                      .hasAuthority("ROLE_ADMIN")
                      .allRequests()
                      .authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }

    @Bean
    BindableService who() {
      return () ->
          ServerServiceDefinition.builder("shop.Who")
              .addMethod(method("who"), ServerCalls.asyncUnaryCall(Server::answer))
              .addMethod(method("open"), ServerCalls.asyncUnaryCall(Server::answer))
              .addMethod(method("admin"), ServerCalls.asyncUnaryCall(Server::answer))
              .build();
    }

    private static void answer(String asked, io.grpc.stub.StreamObserver<String> answer) {
      answer.onNext(String.valueOf(RequestScope.current().get(Who.USER)));
      answer.onCompleted();
    }
  }

  @BeforeEach
  void start() {
    application =
        new SpringApplicationBuilder(Server.class)
            .web(WebApplicationType.NONE)
            .properties(Spans.PROPERTIES)
            .properties("spring.grpc.server.port=0")
            .run();
    int port = application.getBean(GrpcServerLifecycle.class).getPort();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    application.close();
  }

  private String call(String method, @Nullable String user) {
    Metadata headers = new Metadata();
    if (user != null) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), Web.basic(user));
    }
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        method(method),
        CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
        "");
  }

  @Test
  void authenticated_isIdentified() {
    assertThat(call("who", "ada")).isEqualTo("ada");
    assertThat(call("open", null)).isEqualTo("null");
  }

  @Test
  void denied_hasUserOnItsSpan() throws Exception {
    assertThatThrownBy(() -> call("admin", "ada")).hasMessageContaining("PERMISSION_DENIED");

    // One of the authentication, and the server's.
    assertThat(application.getBean(Spans.class).await(2))
        .anySatisfy(
            span -> {
              assertThat(span.getName()).contains("shop.Who/admin");
              assertThat(span.getAttributes().get(AttributeKey.stringKey("user.id")))
                  .isEqualTo("ada");
            });
  }
}
