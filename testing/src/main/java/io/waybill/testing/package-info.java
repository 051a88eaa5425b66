/** For tests of services that use Waybill, or any OpenTelemetry Context. */
@NullMarked
package io.waybill.testing;

import org.jspecify.annotations.NullMarked;
