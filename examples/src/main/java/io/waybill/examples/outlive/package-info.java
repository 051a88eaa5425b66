/** How work goes on after the request. */
@NullMarked
package io.waybill.examples.outlive;

import org.jspecify.annotations.NullMarked;
