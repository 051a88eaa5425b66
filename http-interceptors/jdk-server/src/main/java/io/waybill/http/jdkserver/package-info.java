/**
 * Identity in front of the JDK's small HTTP server.
 *
 * <p>Start at {@link io.waybill.http.jdkserver.WaybillHttpServer}.
 */
@NullMarked
package io.waybill.http.jdkserver;

import org.jspecify.annotations.NullMarked;
