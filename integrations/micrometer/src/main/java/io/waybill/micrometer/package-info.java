/**
 * Requests beside Micrometer: kept in its scopes, shown on its observations, counted in its meters.
 */
@NullMarked
package io.waybill.micrometer;

import org.jspecify.annotations.NullMarked;
