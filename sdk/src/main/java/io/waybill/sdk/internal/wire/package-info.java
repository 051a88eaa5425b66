/**
 * Header text ↔ members: the W3C Baggage format, both ways, and nothing else.
 *
 * <p>{@link io.waybill.sdk.internal.wire.BaggageParser} reads header lines into {@link
 * io.waybill.sdk.internal.wire.Members}; {@link io.waybill.sdk.internal.wire.BaggageFormatter}
 * writes members into one line. Neither throws on any input. This package knows no Context, no
 * policy and no logging.
 */
@NullMarked
package io.waybill.sdk.internal.wire;

import org.jspecify.annotations.NullMarked;
