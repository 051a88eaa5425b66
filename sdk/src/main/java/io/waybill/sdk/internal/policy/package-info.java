/** The rules of set-up as the borders ask them: a peer's zone, a destination's route. */
@NullMarked
package io.waybill.sdk.internal.policy;

import org.jspecify.annotations.NullMarked;
