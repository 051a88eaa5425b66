package io.waybill.beside.configured;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.DeclarativeConfiguration;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Shown;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code integrations/opentelemetry-autoconfigure/README.md} shows is taken, and is the same.
 */
class ConfigurationPageTest {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());

  @Test
  void properties_areTaken() throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(block("properties")));
    Map<String, String> settings =
        properties.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, properties::getProperty));
    try (OpenTelemetrySdk openTelemetry = by(settings)) {
      assertConfigured(openTelemetry);
    }
  }

  /** Newer OpenTelemetry reads an underscore as a dot everywhere; this one in variables alone. */
  @Test
  void nameWithAnUnderscore_isFoundAsAVariableSpellsIt() {
    try (OpenTelemetrySdk openTelemetry =
        by(Map.of("waybill.identities", "user_id", "waybill.fields.user.id.show", "hidden"))) {
      assertThat(Waybill.configured(openTelemetry).build().fields().values())
          .extracting(FieldRule::shown)
          .containsExactly(Shown.PLAIN, Shown.HIDDEN);
    }
  }

  @Test
  void nameWithAnUnderscore_ofWhichAVariableSaysAnotherWord_endsTheStart() {
    Map<String, String> settings =
        Map.of(
            "waybill.identities", "user_id",
            "waybill.fields.user_id.show", "plain",
            "waybill.fields.user.id.show", "hidden");

    assertThatThrownBy(() -> by(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "waybill.fields.user_id.show: \"plain\", and with a dot for each _");
  }

  @Test
  void yaml_isTaken() throws IOException {
    try (OpenTelemetrySdk openTelemetry = parse(block("yaml").replace("otlp_http", "console"))) {
      assertConfigured(openTelemetry);
    }
  }

  /** What is not understood is refused, by its path: nothing that was said is forgotten. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "destination: x | waybill: \"destination\" is no setting (expected: attributes, channels, destinations, fields, identities, limits, peers, redirects, tracing)",
        "tracing: {field: [user.id]} | waybill.tracing: \"field\" is no setting (expected: fields)",
        "tracing: [user.id] | waybill.tracing: no section (expected: settings by name)",
        "fields: {user.id: {shwo: hidden}} | waybill.fields.user.id: \"shwo\" is no setting (expected: alias, show)",
        "fields: {user: {id: {show: hidden}}} | waybill.fields.user: \"id\" is no setting (expected: alias, show)",
        "fields: {user.id: hidden} | waybill.fields.user.id: no section (expected: settings by name)",
        "fields: {user.id: {show: false}} | waybill.fields.user.id.show: no text (expected: text, or a list of texts)",
        "fields: [user.id] | waybill.fields: no section (expected: settings by name)",
        "destinations: {https://ads.example: untraced} | waybill.destinations: no text (expected: text, or a list of texts)",
        "destinations: [{https://ads.example: untraced}] | waybill.destinations: no text (expected: text, or a list of texts)",
        "limits: {http-head-bytes: 4096} | waybill.limits: \"http-head-bytes\" is no setting (expected: grpc_bytes, http_bytes, http_head_bytes, inbound_bytes, members)",
        "limits: {members: 32.5} | waybill.limits.members: no text (expected: text, or a list of texts)",
        "limits: 32 | waybill.limits: no section (expected: settings by name)",
        "redirects: {follow: [okhttp-3.0]} | waybill.redirects: \"follow\" is no setting (expected: trust)",
        "channels: [shop.internal:8443] | waybill.channels: no section (expected: settings by name)",
        "identities: 5 | waybill.identities: no text (expected: text, or a list of texts)",
        "peers: {listener:8443: own} | waybill.peers: no text (expected: text, or a list of texts)",
      })
  void yaml_thatIsNotUnderstood_isRefused(String settings, String message) {
    assertThatThrownBy(() -> parse(propagators("waybill: {" + settings + "}")))
        .rootCause()
        .hasMessage(message);
  }

  @Test
  void yaml_ofAProcessor_hasNoSettings() {
    String yaml = "tracer_provider:\n  processors:\n    - waybill: {show: hidden}\n";

    assertThatThrownBy(() -> parse(propagators("waybill:") + yaml))
        .rootCause()
        .hasMessage("processors: waybill: \"show\" is no setting (expected: none)");
  }

  @Test
  void yaml_ofAFieldThatNobodyDeclares_isRefused() {
    try (OpenTelemetrySdk openTelemetry =
        parse(propagators("waybill: {fields: {usr.id: {show: hidden}}}"))) {
      assertThatThrownBy(() -> Waybill.configured(openTelemetry).carry(USER).build())
          .hasMessageStartingWith("waybill.fields: \"usr.id\" (expected: a field that is declared");
    }
  }

  @Test
  void yaml_withNothingSaid_isTheDefault() {
    try (OpenTelemetrySdk openTelemetry =
        parse(propagators("waybill: {identities: , fields: {user.id: }, limits: }"))) {
      assertThat(Waybill.configured(openTelemetry).carry(USER).build().limits())
          .isEqualTo(Limits.DEFAULT);
    }
  }

  @Test
  void yaml_withAWrongSetting_isRefused() {
    assertThatThrownBy(() -> parse(propagators("waybill: {limits: {members: many}}")))
        .hasStackTraceContaining(
            "waybill.limits.members: \"many\": no number (expected: a whole number, at most 2147483647)");
  }

  @Test
  void yaml_withBaggageBesideIt_isRefused() {
    try (OpenTelemetrySdk openTelemetry = parse(propagators("waybill:", "baggage:"))) {
      assertThatThrownBy(() -> Waybill.configured(openTelemetry))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a propagator beside waybill sends baggage to any destination");
    }
  }

  private static void assertConfigured(OpenTelemetry openTelemetry) {
    Waybill waybill = Waybill.configured(openTelemetry).carry(USER).build();

    assertThat(waybill.fields().keySet())
        .extracting(BaggageField::toString)
        .containsExactlyInAnyOrder(
            "identity request.id",
            "identity user.id",
            "identity tenant.id",
            "attribute plan",
            "attribute locale");
    assertThat(waybill.fields().get(USER).shown()).isEqualTo(Shown.HASHED);
    assertThat(waybill.fields().get(BaggageField.REQUEST_ID).alias()).isEqualTo("x-request-id");
    assertThat(waybill.limits().members()).isEqualTo(32);
    assertThat(waybill.limits().httpHeadBytes()).isEqualTo(16384);
  }

  private static String propagators(String... all) {
    StringBuilder yaml = new StringBuilder("file_format: \"1.0\"\npropagator:\n  composite:\n");
    for (String one : all) {
      yaml.append("    - ").append(one).append('\n');
    }
    return yaml.toString();
  }

  private static OpenTelemetrySdk by(Map<String, String> settings) {
    Map<String, String> properties = new HashMap<>(settings);
    properties.putIfAbsent("otel.propagators", "tracecontext,waybill");
    properties.put("otel.traces.exporter", "none");
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> properties)
        .build()
        .getOpenTelemetrySdk();
  }

  private static OpenTelemetrySdk parse(String yaml) {
    return DeclarativeConfiguration.parseAndCreate(new ByteArrayInputStream(yaml.getBytes(UTF_8)))
        .getSdk();
  }

  private static String block(String language) throws IOException {
    Path page = Path.of("../integrations/opentelemetry-autoconfigure/README.md");
    Matcher block =
        Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(page));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
