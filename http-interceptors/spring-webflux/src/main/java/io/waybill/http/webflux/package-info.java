/**
 * Identity into Spring WebFlux, and over its WebClient.
 *
 * <p>Start at {@link io.waybill.http.webflux.WaybillWebFlux}.
 */
@NullMarked
package io.waybill.http.webflux;

import org.jspecify.annotations.NullMarked;
