/** How to run several tasks in one request. */
@NullMarked
package io.waybill.examples.tasks;

import org.jspecify.annotations.NullMarked;
