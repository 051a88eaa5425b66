/** What operators ask a running application. */
@NullMarked
package io.waybill.spring.actuate;

import org.jspecify.annotations.NullMarked;
