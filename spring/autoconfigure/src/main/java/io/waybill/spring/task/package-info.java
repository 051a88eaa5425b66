/** Requests on other threads: decorated executors, and jobs that open requests. */
@NullMarked
package io.waybill.spring.task;

import org.jspecify.annotations.NullMarked;
