/**
 * Identity into servlets.
 *
 * <p>Start at {@link io.waybill.http.servlet.WaybillFilter}.
 */
@NullMarked
package io.waybill.http.servlet;

import org.jspecify.annotations.NullMarked;
