/**
 * Identity over the JDK's HTTP client.
 *
 * <p>Start at {@link io.waybill.http.jdk.WaybillHttpClient}.
 */
@NullMarked
package io.waybill.http.jdk;

import org.jspecify.annotations.NullMarked;
