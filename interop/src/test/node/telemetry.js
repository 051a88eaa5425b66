// Plain OpenTelemetry JS, set up as its documentation says. Nothing of Waybill is in this folder.
import { createRequire } from 'node:module';
import { context, createTraceState, propagation, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider().register({
  propagator: new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  }),
});
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    new UndiciInstrumentation(),
    new GrpcInstrumentation(),
  ],
});

// The instrumentations patch what is required after them; an import would come before them.
const require = createRequire(import.meta.url);
export const http = require('http');
export const undici = require('undici');
export const grpc = require('@grpc/grpc-js');

const tracer = trace.getTracer('waybill-interop');

/** Calls in a new trace that carries these entries; answers `{traceId, answer}`. */
export async function carrying(entries, call) {
  const baggage = propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, { value }])),
  );
  const caller = propagation.setBaggage(newTrace(), baggage);
  return tracer.startActiveSpan('caller', {}, caller, async (span) => {
    try {
      return { traceId: span.spanContext().traceId, answer: await call() };
    } finally {
      span.end();
    }
  });
}

/** A remote parent, since only that can bring a tracestate. */
function newTrace() {
  const { traceId, spanId, traceFlags } = tracer.startSpan('edge').spanContext();
  const traceState = createTraceState('vendor=1');
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, traceState });
}

/** What OpenTelemetry JS sees of the request in whose handler this is called. */
export function seen() {
  const baggage = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  const { traceId, traceState } = trace.getActiveSpan().spanContext();
  return {
    traceId,
    tracestate: traceState?.serialize() ?? '',
    baggage: Object.fromEntries(baggage.map(([name, { value }]) => [name, value])),
  };
}
