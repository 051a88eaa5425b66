/**
 * The set-up of Waybill, and the two borders that every adapter calls.
 *
 * <p>Start at {@link io.waybill.sdk.Waybill}. {@link io.waybill.sdk.IncomingCall} is the way in:
 * header lines are parsed, admitted by the policy, and opened as a scope. {@link
 * io.waybill.sdk.OutgoingCall} is the way out: what the scope carries is released by the policy,
 * and formatted.
 */
@NullMarked
package io.waybill.sdk;

import org.jspecify.annotations.NullMarked;
