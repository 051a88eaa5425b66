/**
 * Who is believed, and who gets what: pure decisions over values, with no Context and no I/O.
 *
 * <p>On the way in, a {@link io.waybill.sdk.policy.Peer} is in a {@link
 * io.waybill.sdk.policy.TrustZone}, and a {@link io.waybill.sdk.policy.FieldRule} says from which
 * zones a field is admitted. On the way out, a {@link io.waybill.sdk.policy.Destination} has a
 * {@link io.waybill.sdk.policy.Route}, which says what is released there. What no rule names is
 * denied.
 */
@NullMarked
package io.waybill.sdk.policy;

import org.jspecify.annotations.NullMarked;
