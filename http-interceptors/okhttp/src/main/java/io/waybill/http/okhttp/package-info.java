/**
 * Identity over OkHttp.
 *
 * <p>Start at {@link io.waybill.http.okhttp.WaybillOkHttp}.
 */
@NullMarked
package io.waybill.http.okhttp;

import org.jspecify.annotations.NullMarked;
