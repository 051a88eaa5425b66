/**
 * Does a process that has served ten million requests hold more than one that has served a million?
 * {@link io.waybill.stress.soak.Soak} drives the {@link io.waybill.stress.soak.Traffic} and
 * compares {@link io.waybill.stress.soak.Level}s.
 */
@NullMarked
package io.waybill.stress.soak;

import org.jspecify.annotations.NullMarked;
