/**
 * Identity over gRPC hops, for all four kinds of calls.
 *
 * <p>{@link io.waybill.grpc.WaybillGrpc} is the one entry: it wraps stubs, and makes the
 * interceptors of channels and servers. What they do at the border is said in {@code
 * io.waybill.sdk.Waybill}.
 */
@NullMarked
package io.waybill.grpc;

import org.jspecify.annotations.NullMarked;
