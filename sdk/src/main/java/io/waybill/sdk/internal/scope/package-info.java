/**
 * A request: its state, its views, what it carries, and the Baggage that others see of it.
 *
 * <p>Start at {@link io.waybill.sdk.internal.scope.Requests}, which opens one: a {@link
 * io.waybill.sdk.internal.scope.RequestState} that all branches share, and the first {@link
 * io.waybill.sdk.internal.scope.ScopeView}.
 */
@NullMarked
package io.waybill.sdk.internal.scope;

import org.jspecify.annotations.NullMarked;
