package io.waybill.opentelemetry.agent;

import io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer;
import io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizerProvider;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumenterCustomizer;
import io.waybill.sdk.InstrumentedCalls;

/**
 * States what Waybill has to know of the agent's instrumentations, as the one for library
 * instrumentation does; but not of clients whose hops are decided by advice of ours. Those get
 * nothing by the agent's injection, which may stand above the redirects.
 */
public final class WaybillAgentInstrumenters implements InstrumenterCustomizerProvider {
  // It keeps the Context of whoever was the first to subscribe to a publisher, for all of them.
  private static final String MIXES_CALLERS_UP = "io.opentelemetry.reactor-netty-1.0";

  private final InstrumenterCustomizerProvider all = new WaybillInstrumenterCustomizer();

  /** For {@link java.util.ServiceLoader}. */
  public WaybillAgentInstrumenters() {}

  @Override
  public void customize(InstrumenterCustomizer instrumenter) {
    all.customize(instrumenter);
    instrumenter.addContextCustomizer((context, request, attributes) -> Denial.in(context));
    String name = instrumenter.getInstrumentationName();
    if (HopModule.decides(name) || name.equals(MIXES_CALLERS_UP)) {
      instrumenter.addContextCustomizer(
          (context, request, attributes) -> InstrumentedCalls.notCalling(context));
    }
  }
}
