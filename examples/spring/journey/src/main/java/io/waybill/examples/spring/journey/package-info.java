/** Starts the shop's three applications, sends them users, and looks at all that came of it. */
@NullMarked
package io.waybill.examples.spring.journey;

import org.jspecify.annotations.NullMarked;
