/**
 * The credentials of a request, such as an access token: attached to calls, renewed once for all
 * who hold the same one, and the rejected call repeated once.
 *
 * <p>Set-up says a {@link io.waybill.sdk.credential.Credential}. The adapter of a client asks an
 * {@link io.waybill.sdk.credential.Authorization} of each call of the user's.
 */
@NullMarked
package io.waybill.sdk.credential;

import org.jspecify.annotations.NullMarked;
