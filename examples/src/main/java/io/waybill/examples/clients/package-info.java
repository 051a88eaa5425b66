/**
 * How other clients of HTTP carry a request: each in one file, all called by {@link
 * io.waybill.examples.clients.Clients}.
 */
@NullMarked
package io.waybill.examples.clients;

import org.jspecify.annotations.NullMarked;
