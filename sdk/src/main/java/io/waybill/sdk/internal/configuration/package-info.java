/**
 * Set-up as text: what properties, environment variables and files say. Their one model; whoever
 * reads them brings a look-up by key.
 */
@NullMarked
package io.waybill.sdk.internal.configuration;

import org.jspecify.annotations.NullMarked;
