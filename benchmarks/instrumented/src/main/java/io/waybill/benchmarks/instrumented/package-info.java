/** What OpenTelemetry's instrumentation adds to a call, on a class path of its own. */
@NullMarked
package io.waybill.benchmarks.instrumented;

import org.jspecify.annotations.NullMarked;
