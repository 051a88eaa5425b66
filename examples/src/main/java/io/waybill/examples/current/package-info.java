/** How to read a request at any depth, and what happens outside of one. */
@NullMarked
package io.waybill.examples.current;

import org.jspecify.annotations.NullMarked;
