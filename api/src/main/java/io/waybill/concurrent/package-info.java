/**
 * The request's Context on other threads: {@link io.waybill.concurrent.ContextExecutors} for pools
 * and thread factories, {@link io.waybill.concurrent.ContextFuture} for stages, {@link
 * io.waybill.concurrent.ContextTasks} for several tasks of one request.
 */
@NullMarked
package io.waybill.concurrent;

import org.jspecify.annotations.NullMarked;
