package io.waybill.opentelemetry.agent;

import io.opentelemetry.javaagent.extension.AgentListener;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumentation;
import io.waybill.sdk.Waybill;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Has what is configured decide, once the agent has its SDK; what can't decide denies. */
public final class WaybillAgentListener implements AgentListener {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");

  /** For {@link java.util.ServiceLoader}. */
  public WaybillAgentListener() {}

  @Override
  public void afterAgent(AutoConfiguredOpenTelemetrySdk agent) {
    try {
      install(agent.getOpenTelemetrySdk());
    } catch (Throwable failed) {
      Denial.turnOn();
      LOGGER.log(
          Level.SEVERE,
          "Waybill is not installed, so no call gets baggage, and none that comes in is read. {0}",
          reason(failed));
    }
  }

  private static String reason(Throwable failed) {
    return failed instanceof LinkageError
        ? "This agent has not all that it needs (expected: agent 2.23 or newer): " + failed
        : String.valueOf(failed.getMessage());
  }

  private static void install(OpenTelemetrySdk sdk) {
    Waybill waybill = Waybill.configured(sdk).build();
    boolean isSilent = waybill.fields().size() == 1 && waybill.destinations().size() == 1;
    if (isSilent) {
      LOGGER.info(
          "Waybill: no policy is configured. Nothing is believed, and nothing sent, unless an"
              + " application sets one up (see waybill.identities, waybill.peers and"
              + " waybill.destinations).");
    } else {
      WaybillInstrumentation.install(sdk, waybill);
    }
  }
}
