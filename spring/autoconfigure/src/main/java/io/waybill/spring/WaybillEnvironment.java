package io.waybill.spring;

import io.opentelemetry.api.OpenTelemetry;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What must hold before any bean is made: an OpenTelemetry that is new enough, and defaults beside
 * which nothing of Boot's own sends baggage, and a request is seen in Reactor's chains. Whatever
 * the application says of the same properties wins.
 */
final class WaybillEnvironment implements EnvironmentPostProcessor {
  private static final String FLOOR = "1.62.0";
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "management.tracing.baggage.enabled",
          "false",
          "spring.reactor.context-propagation",
          "auto");

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (environment.getProperty("waybill.enabled", Boolean.class, true)) {
      requireNewEnough(OpenTelemetry.class.getPackage().getImplementationVersion());
      environment.getPropertySources().addLast(new MapPropertySource("waybill", DEFAULTS));
    }
  }

  /** Below it a call may fail by a missing method, the first time that something goes out. */
  static void requireNewEnough(@Nullable String version) {
    if (version != null && isBelow(version)) {
      throw new WaybillSetUpException(
          "opentelemetry-api is " + version + " (expected: " + FLOOR + " or newer)",
          "Set the property opentelemetry.version of Spring Boot's dependency management to "
              + FLOOR
              + ", in Maven <opentelemetry.version>"
              + FLOOR
              + "</opentelemetry.version>, or use Spring Boot 4.1 or newer.");
    }
  }

  /** Of a version that is not three numbers nobody knows. */
  private static boolean isBelow(String version) {
    String[] parts = version.split("[.-]", 3);
    try {
      int major = Integer.parseInt(parts[0]);
      return major < 1 || (major == 1 && parts.length > 1 && Integer.parseInt(parts[1]) < 62);
    } catch (NumberFormatException unknown) {
      return false;
    }
  }
}
