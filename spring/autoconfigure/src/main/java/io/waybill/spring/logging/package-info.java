/** Fields of the request in log lines and log records. */
@NullMarked
package io.waybill.spring.logging;

import org.jspecify.annotations.NullMarked;
