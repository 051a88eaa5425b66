/** Writes invoices, by WebFlux, and charges by way of a partner. */
@NullMarked
package io.waybill.examples.spring.billing;

import org.jspecify.annotations.NullMarked;
