/** Waybill by name, for OpenTelemetry's autoconfigured SDK, its YAML and its Java agent. */
@NullMarked
package io.waybill.opentelemetry.autoconfigure;

import org.jspecify.annotations.NullMarked;
