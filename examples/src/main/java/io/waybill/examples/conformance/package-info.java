/**
 * A service for test suites that know nothing of Waybill: each answer says what the request's
 * handler saw, what its own call carried, and what it logged.
 *
 * <p>Read it along the way of a request: {@link io.waybill.examples.conformance.Conformance} starts
 * {@link io.waybill.examples.conformance.ConformanceService}, whose doors are {@link
 * io.waybill.examples.conformance.ProbeEndpoint} and {@link
 * io.waybill.examples.conformance.EchoService}. A {@link
 * io.waybill.examples.conformance.ServerKind} serves the first, a {@link
 * io.waybill.examples.conformance.ClientKind} calls for it. They call {@link
 * io.waybill.examples.conformance.HttpRecorder} and {@link
 * io.waybill.examples.conformance.GrpcRecorder}, which answer with what they received, and {@link
 * io.waybill.examples.conformance.Probe} writes the answer.
 */
@NullMarked
package io.waybill.examples.conformance;

import org.jspecify.annotations.NullMarked;
