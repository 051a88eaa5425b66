/** What interceptors add to a gRPC call, ours and those of others. */
@NullMarked
package io.waybill.benchmarks.grpc;

import org.jspecify.annotations.NullMarked;
