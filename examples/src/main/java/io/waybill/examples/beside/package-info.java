/** What a stranger can forge, and what others receive: OpenTelemetry's own baggage, and Waybill. */
@NullMarked
package io.waybill.examples.beside;

import org.jspecify.annotations.NullMarked;
