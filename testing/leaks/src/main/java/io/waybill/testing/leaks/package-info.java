/** For tests of whatever uses an OpenTelemetry Context; knows nothing of Waybill. */
@NullMarked
package io.waybill.testing.leaks;

import org.jspecify.annotations.NullMarked;
