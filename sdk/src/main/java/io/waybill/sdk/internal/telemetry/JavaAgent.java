package io.waybill.sdk.internal.telemetry;

/** Whether OpenTelemetry's Java agent runs in this JVM: it then starts the CLIENT spans. */
final class JavaAgent {
  private static final boolean PRESENT = find();

  private JavaAgent() {}

  static boolean isPresent() {
    return PRESENT;
  }

  private static boolean find() {
    try {
      // The agent puts its bootstrap classes on the boot class path, which no application does.
      Class.forName("io.opentelemetry.javaagent.bootstrap.AgentInitializer", false, null);
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }
}
