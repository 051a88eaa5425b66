/** How a client of OkHttp and the JDK's server carry a request from one service to another. */
@NullMarked
package io.waybill.examples.okhttp;

import org.jspecify.annotations.NullMarked;
