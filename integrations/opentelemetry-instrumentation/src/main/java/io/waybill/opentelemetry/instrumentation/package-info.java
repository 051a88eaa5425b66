/** The borders inside OpenTelemetry's own instrumentation. */
@NullMarked
package io.waybill.opentelemetry.instrumentation;

import org.jspecify.annotations.NullMarked;
