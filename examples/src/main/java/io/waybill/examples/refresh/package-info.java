/** How an access token is renewed once, for all branches of a request. */
@NullMarked
package io.waybill.examples.refresh;

import org.jspecify.annotations.NullMarked;
