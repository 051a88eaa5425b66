/** Takes orders, by Spring gRPC. */
@NullMarked
package io.waybill.examples.spring.orders;

import org.jspecify.annotations.NullMarked;
