package io.waybill.opentelemetry.instrumentation;

import static io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer.InstrumentationType.HTTP_CLIENT;
import static io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer.InstrumentationType.HTTP_SERVER;
import static io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer.InstrumentationType.RPC_CLIENT;
import static io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer.InstrumentationType.RPC_SERVER;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizer;
import io.opentelemetry.instrumentation.api.incubator.instrumenter.InstrumenterCustomizerProvider;
import io.opentelemetry.instrumentation.api.instrumenter.ContextCustomizer;
import io.opentelemetry.instrumentation.api.instrumenter.OperationListener;
import io.waybill.sdk.InstrumentedCalls;

/**
 * States, for each instrumentation of OpenTelemetry's, what Waybill has to know: a client's target,
 * a server's peer, the end of a request. Every other one is no call, and what is around it does not
 * reach through.
 */
public final class WaybillInstrumenterCustomizer implements InstrumenterCustomizerProvider {

  /** For {@link java.util.ServiceLoader}. */
  public WaybillInstrumenterCustomizer() {}

  @Override
  public void customize(InstrumenterCustomizer instrumenter) {
    if (instrumenter.hasType(HTTP_SERVER) || instrumenter.hasType(RPC_SERVER)) {
      instrumenter
          .addContextCustomizer(server())
          .addOperationMetrics(meter -> new RequestListener());
    } else if (instrumenter.hasType(HTTP_CLIENT) || instrumenter.hasType(RPC_CLIENT)) {
      String name = instrumenter.getInstrumentationName();
      instrumenter.addContextCustomizer(Probe.isNamed(name) ? Probe.answer() : client(name));
    } else {
      instrumenter.addContextCustomizer(
          (context, request, attributes) -> InstrumentedCalls.notCalling(context));
    }
  }

  private static ContextCustomizer<Object> server() {
    return (context, request, attributes) ->
        InstrumentedCalls.receiving(
            InstrumentedCalls.notCalling(context),
            request,
            Peers::of,
            CallAttributes.operation(attributes));
  }

  private static ContextCustomizer<Object> client(String name) {
    boolean redecides = Redirects.areDecided(name);
    return (context, request, attributes) ->
        InstrumentedCalls.calling(context, CallAttributes.target(attributes), name, redecides);
  }

  private static final class RequestListener implements OperationListener {
    @Override
    public Context onStart(Context context, Attributes attributes, long startNanos) {
      InstrumentedCalls.started(context);
      return context;
    }

    @Override
    public void onEnd(Context context, Attributes attributes, long endNanos) {
      InstrumentedCalls.ended(context);
    }
  }
}
