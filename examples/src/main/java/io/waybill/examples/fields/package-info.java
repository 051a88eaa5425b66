/** How to give a request fields of your own. */
@NullMarked
package io.waybill.examples.fields;

import org.jspecify.annotations.NullMarked;
