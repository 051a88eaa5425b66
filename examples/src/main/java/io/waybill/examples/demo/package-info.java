/**
 * The demo: a small shop of five services, and a check that each request kept its own identity.
 *
 * <p>Read it along the way of a request: {@link io.waybill.examples.demo.Demo} sends requests by
 * {@link io.waybill.examples.demo.Driver} to {@link io.waybill.examples.demo.EdgeService}, where
 * {@link io.waybill.examples.demo.AuthenticationFilter} says whose they are. With an access token,
 * which has expired and is renewed, it calls {@link io.waybill.examples.demo.OrdersService}, that
 * calls {@link io.waybill.examples.demo.InventoryService} and {@link
 * io.waybill.examples.demo.BillingService}, and that calls {@link
 * io.waybill.examples.demo.PartnerService}, a stranger. At the bottom of each is a {@link
 * io.waybill.examples.demo.Repository}, whose methods know an id and nothing else.
 *
 * <p>What came of it is one {@link io.waybill.examples.demo.Journey} for each request. {@link
 * io.waybill.examples.demo.Check} judges them, {@link io.waybill.examples.demo.Report} prints them.
 */
@NullMarked
package io.waybill.examples.demo;

import org.jspecify.annotations.NullMarked;
