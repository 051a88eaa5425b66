/**
 * What two threads may do to one request at the same time, and what each may see of it: jcstress
 * runs the actors of each class against each other millions of times, and an outcome that is not
 * listed there fails. {@link io.waybill.stress.races.OrderOfFields} is the one to read first.
 *
 * <p>The classes and constructors are public, and the fields of a class are not private, where
 * jcstress asks for it.
 */
@NullMarked
package io.waybill.stress.races;

import org.jspecify.annotations.NullMarked;
