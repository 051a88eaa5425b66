/** How Spring WebFlux and its WebClient carry a request from one service to another. */
@NullMarked
package io.waybill.examples.webflux;

import org.jspecify.annotations.NullMarked;
