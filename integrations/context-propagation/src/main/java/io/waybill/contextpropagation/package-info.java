/** The OpenTelemetry Context, and with it the request, in Reactor and all else on Micrometer. */
@NullMarked
package io.waybill.contextpropagation;

import org.jspecify.annotations.NullMarked;
