/** What it adds to a span to show the request's identity on it. */
@NullMarked
package io.waybill.benchmarks.span;

import org.jspecify.annotations.NullMarked;
