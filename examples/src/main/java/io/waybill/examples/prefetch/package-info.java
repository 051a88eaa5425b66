/** How to start work early with the request's token. */
@NullMarked
package io.waybill.examples.prefetch;

import org.jspecify.annotations.NullMarked;
