/**
 * What Waybill costs, beside plain OpenTelemetry in the same run.
 *
 * <p>{@link io.waybill.benchmarks.Benchmarks} is what {@code benchmarks/run} starts. What is
 * measured stands in the packages below, one for each subject; {@link
 * io.waybill.benchmarks.Against} names what a benchmark is compared with.
 */
@NullMarked
package io.waybill.benchmarks;

import org.jspecify.annotations.NullMarked;
