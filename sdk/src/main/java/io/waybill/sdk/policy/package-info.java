/**
 * What set-up says of fields, peers and destinations, and what became of a value by it: values and
 * pure decisions, with no Context and no I/O.
 *
 * <p>On the way in, a {@link io.waybill.sdk.policy.Peer} is in a {@link
 * io.waybill.sdk.policy.TrustZone}, and a {@link io.waybill.sdk.policy.FieldRule} says from which
 * zones a field is admitted. On the way out, the zone of a {@link
 * io.waybill.sdk.policy.Destination} says what is released there. What no rule names is denied. An
 * {@link io.waybill.sdk.policy.Explanation} has the {@link io.waybill.sdk.policy.Outcome} of each.
 */
@NullMarked
package io.waybill.sdk.policy;

import org.jspecify.annotations.NullMarked;
