/**
 * The demo's shop without Waybill: {@link io.waybill.examples.agent.Shop} are its services, in a
 * process under OpenTelemetry's Java agent. {@link io.waybill.examples.agent.Agent} starts that
 * with a policy, is its gateway, its strangers and its partner, and judges.
 */
@NullMarked
package io.waybill.examples.agent;

import org.jspecify.annotations.NullMarked;
