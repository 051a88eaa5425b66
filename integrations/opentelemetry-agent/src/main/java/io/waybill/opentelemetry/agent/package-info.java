/** Waybill as an extension of OpenTelemetry's Java agent. */
@NullMarked
package io.waybill.opentelemetry.agent;

import org.jspecify.annotations.NullMarked;
