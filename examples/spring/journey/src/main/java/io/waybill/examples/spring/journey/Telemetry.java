package io.waybill.examples.spring.journey;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** By what the applications are traced. */
enum Telemetry {
  /** Boot's own starter. */
  MICROMETER,
  /** OpenTelemetry's starter for Boot, in the place of Boot's. */
  OPENTELEMETRY,
  /** OpenTelemetry's Java agent, and neither. */
  AGENT;

  /** Returns how many calls its spans show where the partner's redirect was followed. */
  long callsOfEdge() {
    // The agent has a span for each hop of a redirect.
    return this == AGENT ? 4 : 3;
  }

  /** Returns whether {@code span} is one that can show whose it is. */
  boolean shows(TracedSpan span) {
    // The agent's calls begin inside of the clients, out of Waybill's reach.
    return this != AGENT || span.isServer();
  }

  /** Returns in words which do. */
  String shown() {
    return this == AGENT ? "every server's span" : "every span";
  }

  /** Returns what {@code java} is started with. */
  List<String> options(Path spring) {
    return this == AGENT
        ? List.of(
            "-javaagent:" + spring.resolve("journey/target/agent/opentelemetry-javaagent.jar"))
        : List.of();
  }

  /** Returns the folders whose class paths come before an application's own. */
  List<String> modules() {
    return switch (this) {
      case MICROMETER -> List.of("micrometer");
      case OPENTELEMETRY -> List.of("opentelemetry");
      case AGENT -> List.of();
    };
  }

  /** Returns the arguments that have all spans exported to {@code collector}. */
  List<String> arguments(String collector) {
    if (this != MICROMETER) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>();
    String opentelemetry = "--management.opentelemetry.tracing.export.";
    arguments.add(opentelemetry + "otlp.endpoint=" + collector + "/v1/traces");
    arguments.add(opentelemetry + "otlp.timeout=60s");
    arguments.add(opentelemetry + "max-queue-size=100000");
    arguments.add("--management.otlp.metrics.export.enabled=false");
    return arguments;
  }

  /** Returns the variables that do the same. */
  Map<String, String> environment(String service, String collector) {
    return this == MICROMETER
        ? Map.of()
        : Map.of(
            "OTEL_SERVICE_NAME", service,
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
            "OTEL_EXPORTER_OTLP_ENDPOINT", collector,
            "OTEL_EXPORTER_OTLP_TIMEOUT", "60000",
            "OTEL_BSP_MAX_QUEUE_SIZE", "100000",
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none");
  }
}
