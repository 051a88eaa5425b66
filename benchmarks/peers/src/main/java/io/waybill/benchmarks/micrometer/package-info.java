/** What it adds to an observation of Micrometer's to keep the request in it. */
@NullMarked
package io.waybill.benchmarks.micrometer;

import org.jspecify.annotations.NullMarked;
