/**
 * Requests beside what traces and counts in an application of Boot: Micrometer, or OpenTelemetry's
 * own starter.
 */
@NullMarked
package io.waybill.spring.telemetry;

import org.jspecify.annotations.NullMarked;
