/** Identity in the log records that an application emits through the OpenTelemetry SDK. */
@NullMarked
package io.waybill.opentelemetry.logs;

import org.jspecify.annotations.NullMarked;
