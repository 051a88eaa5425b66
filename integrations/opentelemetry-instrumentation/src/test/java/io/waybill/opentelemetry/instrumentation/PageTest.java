package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.waybill.BaggageField;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** What README.md shows is taken: its Java is from here. */
class PageTest {
  private static final Path PAGE = Path.of("README.md");

  static List<String> lines() throws IOException {
    return Files.readAllLines(PAGE);
  }

  @Test
  void policy_andSetUp_areTaken() throws IOException {
    OkHttpClient client = new OkHttpClient();
    NettyServerBuilder server = NettyServerBuilder.forPort(0, InsecureServerCredentials.create());
    try (OpenTelemetrySdk openTelemetry = configured(properties())) {
      Waybill waybill = Waybill.configured(openTelemetry).build();
      WaybillInstrumentation.install(openTelemetry, waybill);

      Call.Factory http = OkHttpTelemetry.create(openTelemetry).createCallFactory(client);
      server
          .intercept(GrpcTelemetry.create(openTelemetry).createServerInterceptor())
          .intercept(WaybillInstrumentation.grpcPeers());

      assertThat(http).isNotSameAs(client);
      assertThat(waybill.fields().keySet())
          .extracting(BaggageField::name)
          .contains("user.id", "tenant.id");
      assertThat(waybill.destinations().toString()).contains("*.shop.internal");
    }
  }

  private static OpenTelemetrySdk configured(Map<String, String> properties) {
    for (String signal : List.of("traces", "metrics", "logs")) {
      properties.put("otel." + signal + ".exporter", "none");
    }
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> properties)
        .build()
        .getOpenTelemetrySdk();
  }

  private static Map<String, String> properties() throws IOException {
    Matcher block =
        Pattern.compile("(?ms)^```properties\\n(.*?)^```$").matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    Properties properties = new Properties();
    properties.load(new StringReader(block.group(1)));
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }
}
