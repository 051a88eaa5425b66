/** Opening a scope and reading from it, beside a plain OpenTelemetry Context with Baggage. */
@NullMarked
package io.waybill.benchmarks.scope;

import org.jspecify.annotations.NullMarked;
