/**
 * Identity over Apache HttpClient 5.
 *
 * <p>{@link io.waybill.http.apache.WaybillApacheHttp} is the entry.
 */
@NullMarked
package io.waybill.http.apache;

import org.jspecify.annotations.NullMarked;
