/**
 * What the adapters of HTTP libraries have in common.
 *
 * <p>{@link io.waybill.http.HttpClientSpan} and {@link io.waybill.http.HttpServerSpan} say how a
 * call is shown as a span.
 */
@NullMarked
package io.waybill.http;

import org.jspecify.annotations.NullMarked;
