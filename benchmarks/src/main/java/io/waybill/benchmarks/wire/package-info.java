/** Reading and writing the {@code baggage} header, beside OpenTelemetry's own propagator. */
@NullMarked
package io.waybill.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
