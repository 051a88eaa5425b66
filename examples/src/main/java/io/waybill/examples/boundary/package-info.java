/** What does not follow by itself, and how to take it along. */
@NullMarked
package io.waybill.examples.boundary;

import org.jspecify.annotations.NullMarked;
