/** Servers of Boot: each opens a request, behind what observes and in front of Security. */
@NullMarked
package io.waybill.spring.server;

import org.jspecify.annotations.NullMarked;
