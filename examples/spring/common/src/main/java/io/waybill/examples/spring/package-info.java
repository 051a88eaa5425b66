/** What the shop's applications share, as services of one company do. */
@NullMarked
package io.waybill.examples.spring;

import org.jspecify.annotations.NullMarked;
