/**
 * What is seen of a request from the side: its fields on spans, and counts of what was dropped at a
 * border and why. Values appear as span attributes only, never in a log or a counter.
 */
@NullMarked
package io.waybill.sdk.internal.telemetry;

import org.jspecify.annotations.NullMarked;
