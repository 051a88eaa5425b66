package io.waybill.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.spring.Spans;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** A server of Spring gRPC, beside Micrometer Tracing as Boot sets it up. */
class GrpcServerTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final MethodDescriptor<String, String> ORDER =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("shop.Orders/Order")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

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
  @Import(Spans.class)
  static class Application {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @Bean
    BindableService orders() {
      return () ->
          ServerServiceDefinition.builder("shop.Orders")
              .addMethod(
                  ORDER,
                  ServerCalls.asyncUnaryCall(
                      (id, answer) -> {
                        RequestScope.current().identify(USER, "u-" + id);
                        answer.onNext(id + " of " + RequestScope.current().get(USER));
                        answer.onCompleted();
                      }))
              .build();
    }
  }

  /** By whomever it is started. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void request_isOpen_andOneSpanShowsIt(boolean observed) throws Exception {
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties(Spans.PROPERTIES)
            .properties(
                "spring.grpc.server.port=0", "spring.grpc.server.observation.enabled=" + observed)
            .run()) {
      int port = application.getBean(GrpcServerLifecycle.class).getPort();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      try {
        assertThat(
                ClientCalls.blockingUnaryCall(
                    channel,
                    ORDER,
                    CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
                    "17"))
            .isEqualTo("17 of u-17");
      } finally {
        channel.shutdownNow();
      }
      List<SpanData> spans = application.getBean(Spans.class).await(1);
      assertThat(spans).hasSize(1);
      SpanData span = spans.get(0);
      assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
      assertThat(span.getName()).contains("shop.Orders/Order");
      assertThat(span.getAttributes().get(AttributeKey.stringKey("user.id"))).isEqualTo("u-17");
      assertThat(span.getAttributes().get(AttributeKey.stringKey("request.id"))).isNotNull();
    }
  }
}
