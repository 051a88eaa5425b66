/**
 * For tests of services that use Waybill, and of adapters.
 *
 * <p>Starting points: {@link io.waybill.testing.WaybillAssertions#assertThat assertThat(scope)};
 * {@link io.waybill.testing.TestHops}, several services in one JVM, each with what its requests
 * were; {@link io.waybill.testing.TestPeer}, a peer with a certificate; {@link
 * io.waybill.testing.TestTelemetry}, an SDK that keeps spans and counts; {@link
 * io.waybill.testing.TestLog}, what was logged. An adapter of your own inherits {@link
 * io.waybill.testing.ServerInterceptorContract} or {@link
 * io.waybill.testing.ClientInterceptorContract}.
 */
@NullMarked
package io.waybill.testing;

import org.jspecify.annotations.NullMarked;
