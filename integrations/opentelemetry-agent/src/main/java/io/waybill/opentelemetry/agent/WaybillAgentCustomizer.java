package io.waybill.opentelemetry.agent;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts {@code waybill} in the place of {@code baggage} among the agent's propagators: whoever adds
 * the extension to the agent has decided that.
 */
public final class WaybillAgentCustomizer implements AutoConfigurationCustomizerProvider {
  private static final String PROPAGATORS = "otel.propagators";
  private static final List<String> DEFAULT = List.of("tracecontext", "baggage");

  /** For {@link java.util.ServiceLoader}. */
  public WaybillAgentCustomizer() {}

  @Override
  public void customize(AutoConfigurationCustomizer customizer) {
    customizer.addPropertiesCustomizer(WaybillAgentCustomizer::withWaybill);
  }

  /** In front of what installs the rest where {@code waybill} is named. */
  @Override
  public int order() {
    return Integer.MAX_VALUE - 1;
  }

  private static Map<String, String> withWaybill(ConfigProperties properties) {
    List<String> propagators = new ArrayList<>(properties.getList(PROPAGATORS, DEFAULT));
    propagators.remove("baggage");
    if (!propagators.contains("waybill")) {
      propagators.add("waybill");
    }
    return Map.of(PROPAGATORS, String.join(",", propagators));
  }
}
