/**
 * Waybill in Spring Boot: what an application declares as beans and properties, and the {@link
 * io.waybill.sdk.Waybill} that comes of it. The packages below set the rest of Boot up with that,
 * each where its library is: servers, clients, security, threads, telemetry.
 */
@NullMarked
package io.waybill.spring;

import org.jspecify.annotations.NullMarked;
